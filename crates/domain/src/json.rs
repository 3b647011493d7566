//! JSON as it comes in: what it says, or what is wrong with it and where.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use validator::Validate;

use crate::valid::{FieldError, Object, Valid};

/// Why a text gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not JSON. In words.
    Malformed(String),
    /// It is JSON, and says what it may not.
    Invalid(Vec<FieldError>),
}

/// What an object says, checked.
///
/// # Errors
/// See [`Unreadable`].
pub fn read<'a, T: Deserialize<'a> + Validate>(bytes: &'a [u8]) -> Result<Valid<T>, Unreadable> {
    parsed(bytes).and_then(|Object(input)| Valid::check(input).map_err(Unreadable::Invalid))
}

/// One thing of a list, or what is wrong with it: `code` where it cannot even be read.
///
/// # Errors
/// What is wrong, field by field.
pub fn item<T: DeserializeOwned + Validate>(
    text: &str,
    code: &'static str,
) -> Result<Valid<T>, Vec<FieldError>> {
    read(text.as_bytes()).map_err(|error| unreadable(error, code))
}

/// What is wrong with one thing of a list: `code` where it cannot even be read.
#[must_use]
pub fn unreadable(error: Unreadable, code: &'static str) -> Vec<FieldError> {
    match error {
        Unreadable::Invalid(fields) => fields,
        // A number that is none, or half of a surrogate pair.
        Unreadable::Malformed(_) => vec![FieldError::new("", "is not well-formed", code)],
    }
}

/// What a text says.
///
/// # Errors
/// See [`Unreadable`].
pub fn parsed<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Unreadable> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| Unreadable::Malformed("The body is not UTF-8".into()))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let input = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let message = inner.to_string();
        let invalid = |message: &str| Unreadable::Invalid(vec![complaint(&path, message)]);
        match inner.classify() {
            Category::Data => invalid(&message),
            // Where one of several words is wanted, serde_json calls a number or a list bad syntax.
            _ if message.starts_with("expected value") && is_json(text) => {
                invalid("invalid type: expected a string")
            }
            _ => Unreadable::Malformed(malformed(&inner)),
        }
    })?;
    json.end().map_err(|error| Unreadable::Malformed(malformed(&error)))?;
    Ok(input)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// That it is not JSON at all, in words.
#[must_use]
pub fn malformed(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!("The body is not JSON: it breaks off or goes wrong at line {line}, column {column}")
}

/// What is wrong with the field at `path`, of which serde says `message`.
#[must_use]
pub fn complaint(path: &str, message: &str) -> FieldError {
    let message = message.split(" at line ").next().unwrap_or(message);
    let message: String = message.chars().take(200).collect();
    let named = |what: &str| {
        message.strip_prefix(what).and_then(|rest| rest.strip_suffix('`')).map(ToOwned::to_owned)
    };
    let inside =
        |name: &str| if path.is_empty() || path == "." { name.to_owned() } else { format!("{path}.{name}") };
    if let Some(name) = named("missing field `") {
        FieldError::new(inside(&name), "is required", "FIELD_REQUIRED")
    } else if let Some(name) = named("duplicate field `") {
        FieldError::new(inside(&name), "is there twice", "FIELD_TWICE")
    } else if message.starts_with("invalid type") {
        FieldError::new(path, message, "TYPE_INVALID")
    } else {
        FieldError::new(path, message, "VALUE_INVALID")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, Validate)]
    struct Input {
        #[validate(range(max = 9))]
        number: i32,
        #[allow(dead_code)]
        inner: Option<Inner>,
        #[allow(dead_code)]
        word: Option<Word>,
    }

    #[derive(Debug, Deserialize, Validate)]
    struct Inner {
        #[allow(dead_code)]
        text: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        Yes,
    }

    fn fields(body: &str) -> Result<Vec<(String, String)>, String> {
        match read::<Input>(body.as_bytes()) {
            Err(Unreadable::Invalid(fields)) => {
                Ok(fields.into_iter().map(|field| (field.field, field.code)).collect())
            }
            other => Err(format!("{:?}", other.map(Valid::into_inner))),
        }
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (body, field, code) in [
            (r#"{"number":"1"}"#, "number", "TYPE_INVALID"),
            (r#"{"number":10}"#, "number", "range"),
            (r#"{"number":1e99}"#, "number", "TYPE_INVALID"),
            (r#"{}"#, "number", "FIELD_REQUIRED"),
            (r#"{"number":1,"number":2}"#, "number", "FIELD_TWICE"),
            (r#"{"number":1,"inner":{"text":5}}"#, "inner.text", "TYPE_INVALID"),
            (r#"{"number":1,"inner":{}}"#, "inner.text", "FIELD_REQUIRED"),
            (r#"{"number":1,"word":"no"}"#, "word", "VALUE_INVALID"),
            (r#"{"number":1,"word":1}"#, "word", "TYPE_INVALID"),
            (r#"{"number":1,"word":["yes"]}"#, "word", "TYPE_INVALID"),
            ("[]", ".", "TYPE_INVALID"),
            (r#"[1,null,"yes"]"#, ".", "TYPE_INVALID"),
        ] {
            assert_eq!(fields(body).unwrap(), [(field.to_owned(), code.to_owned())], "{body}");
        }
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        let deep = format!(r#"{{"number":1,"x":{}}}"#, "[".repeat(200));
        for body in [
            "",
            "{",
            r#"{"number":1}x"#,
            "\u{feff}{\"number\":1}",
            r#"{"number":"\ud800"}"#,
            "{number:1}",
            r#"{"number":1,"word":yes}"#,
            &deep,
        ] {
            assert!(matches!(parsed::<Input>(body.as_bytes()), Err(Unreadable::Malformed(_))), "{body}");
        }
        assert!(matches!(parsed::<Input>(b"{\"number\":1,\"x\":\"\xff\"}"), Err(Unreadable::Malformed(_))));
    }

    #[test]
    fn unknown_fields_are_ignored() {
        assert_eq!(parsed::<Input>(br#"{"number":1,"new":[{}]}"#).unwrap().number, 1);
    }
}
