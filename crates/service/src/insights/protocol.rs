//! What Gemini's and OpenAI's interfaces are sent, and where in their answers the reply is.

use domain::insights::Provider;
use serde::Deserialize;
use serde_json::{Value, json};

/// Words of a reply, in the providers' count; what they think to themselves is of it too.
const TOKENS: u32 = 4096;

/// Below the address of a provider.
pub(super) fn path(provider: Provider, model: &str) -> String {
    match provider {
        Provider::Gemini => format!("v1beta/models/{model}:generateContent"),
        Provider::Builtin | Provider::Openai => "chat/completions".to_owned(),
    }
}

/// The header that a key is sent in, and what stands before it.
pub(super) fn key_header(provider: Provider) -> (&'static str, &'static str) {
    match provider {
        Provider::Gemini => ("x-goog-api-key", ""),
        Provider::Builtin | Provider::Openai => ("authorization", "Bearer "),
    }
}

/// The body of a request.
pub(super) fn body(provider: Provider, model: &str, instructions: &str, message: &str) -> Value {
    match provider {
        Provider::Gemini => json!({
            "systemInstruction": {"parts": [{"text": instructions}]},
            "contents": [{"role": "user", "parts": [{"text": message}]}],
            "generationConfig": {
                "responseMimeType": "application/json",
                "responseSchema": {
                    "type": "OBJECT",
                    "properties": {
                        "summary": {"type": "STRING"},
                        "highlights": {"type": "ARRAY", "items": {"type": "STRING"}},
                    },
                    "required": ["summary", "highlights"],
                },
                "maxOutputTokens": TOKENS,
            },
        }),
        Provider::Builtin | Provider::Openai => json!({
            "model": model,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": message},
            ],
            "response_format": {"type": "json_object"},
        }),
    }
}

#[derive(Deserialize)]
struct Generated {
    candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
struct Candidate {
    content: Content,
}

#[derive(Deserialize)]
struct Content {
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
    /// It is what the model thought to itself.
    #[serde(default)]
    thought: bool,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
}

/// The reply in an answer; nothing where there is none.
pub(super) fn reply(provider: Provider, answer: &[u8]) -> Option<String> {
    match provider {
        Provider::Gemini => {
            let generated: Generated = serde_json::from_slice(answer).ok()?;
            let parts = generated.candidates.into_iter().next()?.content.parts;
            Some(parts.into_iter().filter(|part| !part.thought).map(|part| part.text).collect())
        }
        Provider::Builtin | Provider::Openai => {
            let completion: Completion = serde_json::from_slice(answer).ok()?;
            completion.choices.into_iter().next()?.message.content
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_replies_are() {
        let gemini = json!({"candidates": [{"content": {"role": "model", "parts": [
            {"text": "Let me see", "thought": true}, {"text": "{\"a\":"}, {"text": "1}"}]}, "finishReason": "STOP"}]});
        assert_eq!(reply(Provider::Gemini, gemini.to_string().as_bytes()).as_deref(), Some("{\"a\":1}"));
        let openai =
            json!({"id": "x", "choices": [{"index": 0, "message": {"role": "assistant", "content": "{}"}}]});
        assert_eq!(reply(Provider::Openai, openai.to_string().as_bytes()).as_deref(), Some("{}"));
        for answer in [
            "",
            "{}",
            "[]",
            "{\"candidates\":[]}",
            "{\"choices\":[]}",
            "{\"choices\":[{\"message\":{\"content\":null}}]}",
        ] {
            assert_eq!(reply(Provider::Gemini, answer.as_bytes()), None, "{answer}");
            assert_eq!(reply(Provider::Openai, answer.as_bytes()), None, "{answer}");
        }
    }
}
