//! Who may write insights.

use anyhow::bail;
use clap::{Args, ValueEnum};
use domain::insights::Provider;
use reqwest::Url;
use secrecy::SecretString;
use service::insights::providers::{Remote, Setup};

use super::secret;
use crate::parse;

/// Who may write insights.
#[derive(Args, Clone)]
#[command(next_help_heading = "Who writes insights")]
pub struct Insights {
    /// Who writes for accounts that have chosen nobody: with another than builtin, their figures leave the server
    #[arg(long, env = "INSIGHTS_PROVIDER", value_enum, default_value = "builtin")]
    insights_provider: Writer,
    /// How often providers are asked for one account in a month
    #[arg(long, env = "INSIGHTS_MONTHLY_CALLS", value_name = "CALLS", default_value = "100", value_parser = parse::calls)]
    insights_monthly_calls: i32,
    /// Where Gemini is
    #[arg(long, env = "GEMINI_BASE_URL", value_name = "URL", default_value = "https://generativelanguage.googleapis.com", value_parser = parse::provider_url)]
    gemini_base_url: Url,
    /// Which of its models is asked
    #[arg(long, env = "GEMINI_MODEL", value_name = "MODEL", default_value = "gemini-2.5-flash", value_parser = parse::model)]
    gemini_model: String,
    /// Where a server is that speaks OpenAI's protocol, up to /v1 [default with OPENAI_API_KEY: https://api.openai.com/v1]
    #[arg(long, env = "OPENAI_BASE_URL", value_name = "URL", value_parser = parse::provider_url)]
    openai_base_url: Option<Url>,
    /// Which of its models is asked
    #[arg(long, env = "OPENAI_MODEL", value_name = "MODEL", default_value = "gpt-4o-mini", value_parser = parse::model)]
    openai_model: String,
}

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Writer {
    /// The server itself, from the figures alone
    Builtin,
    /// Google's, with GEMINI_API_KEY
    Gemini,
    /// Any that speaks OpenAI's protocol, with OPENAI_API_KEY or OPENAI_BASE_URL
    Openai,
}

impl Insights {
    /// Who is set up: who has a key or, of servers that speak OpenAI's protocol, an address.
    ///
    /// # Errors
    /// Accounts are to be written for by somebody who is not.
    pub fn setup(&self) -> anyhow::Result<Setup> {
        self.with(secret("GEMINI_API_KEY")?, secret("OPENAI_API_KEY")?)
    }

    fn with(
        &self,
        gemini_key: Option<SecretString>,
        openai_key: Option<SecretString>,
    ) -> anyhow::Result<Setup> {
        let gemini = gemini_key.map(|key| Remote {
            url: self.gemini_base_url.clone(),
            key: Some(key),
            model: self.gemini_model.clone(),
        });
        let openai_url = match (&self.openai_base_url, &openai_key) {
            (Some(url), _) => Some(url.clone()),
            (None, Some(_)) => Some(Url::parse("https://api.openai.com/v1")?),
            (None, None) => None,
        };
        let openai = openai_url.map(|url| Remote { url, key: openai_key, model: self.openai_model.clone() });
        let (default, is_there) = match self.insights_provider {
            Writer::Builtin => (Provider::Builtin, true),
            Writer::Gemini => (Provider::Gemini, gemini.is_some()),
            Writer::Openai => (Provider::Openai, openai.is_some()),
        };
        if !is_there {
            bail!(
                "INSIGHTS_PROVIDER is {}, which is not set up: gemini wants GEMINI_API_KEY, openai OPENAI_API_KEY or OPENAI_BASE_URL",
                default.as_str()
            );
        }
        Ok(Setup { default, gemini, openai, monthly_calls: self.insights_monthly_calls, ..Setup::default() })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        insights: Insights,
    }

    fn insights(arguments: &[&str]) -> Insights {
        Alone::parse_from([&["almanac"], arguments].concat()).insights
    }

    #[test]
    fn who_has_a_key_or_an_address_is_set_up() {
        let key = || Some(SecretString::from("a key"));
        let nobody = insights(&[]).with(None, None).unwrap();
        assert!(nobody.gemini.is_none() && nobody.openai.is_none());
        let gemini = insights(&["--insights-provider", "gemini"]).with(key(), None).unwrap();
        assert!(gemini.gemini.is_some() && gemini.openai.is_none());
        assert_eq!(gemini.default, Provider::Gemini);
        let openai = insights(&[]).with(None, key()).unwrap().openai.unwrap();
        assert_eq!(openai.url.as_str(), "https://api.openai.com/v1");
        let own = insights(&["--openai-base-url", "http://127.0.0.1:11434/v1"]).with(None, None).unwrap();
        assert!(own.openai.is_some_and(|own| own.key.is_none()));
        for provider in ["gemini", "openai"] {
            let said =
                insights(&["--insights-provider", provider]).with(None, None).err().unwrap().to_string();
            assert!(said.contains("INSIGHTS_PROVIDER") && said.contains(provider), "{said}");
        }
    }
}
