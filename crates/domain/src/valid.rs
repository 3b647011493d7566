//! Input that has been checked, and what is said of input that fails.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

/// What is wrong with one field of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field's path, for example `sessions[3].app`.
    #[schema(example = "timezone")]
    pub field: String,
    /// For people.
    #[schema(example = "is not an IANA time zone")]
    pub message: String,
    /// For programs.
    #[schema(example = "TIMEZONE_INVALID")]
    pub code: String,
}

impl FieldError {
    /// A complaint about `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>, code: impl Into<String>) -> Self {
        FieldError { field: field.into(), message: message.into(), code: code.into() }
    }
}

/// What came as a JSON object. A struct alone would take a list as well, for its fields in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<T>, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Fields(PhantomData))
    }
}

impl<T: Validate> Validate for Object<T> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        self.0.validate()
    }
}

/// Reads a field in which `null` says something else than its absence (with `#[serde(default)]`).
///
/// # Errors
/// It holds something else.
pub fn maybe_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Input that has passed its checks: it can be made in no other way.
#[derive(Clone, Debug)]
pub struct Valid<T>(T);

impl<T: Validate> Valid<T> {
    /// Checks `input`.
    ///
    /// # Errors
    /// What is wrong, field by field.
    pub fn check(input: T) -> Result<Valid<T>, Vec<FieldError>> {
        match input.validate() {
            Ok(()) => Ok(Valid(input)),
            Err(errors) => Err(complaints(&errors)),
        }
    }

    /// The input.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> std::ops::Deref for Valid<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

fn complaints(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found: Vec<FieldError> = errors
        .errors()
        .iter()
        .flat_map(|(field, kind)| -> Vec<FieldError> {
            match kind {
                ValidationErrorsKind::Field(each) => each
                    .iter()
                    .map(|error| {
                        let message = error.message.as_deref().unwrap_or("is not valid");
                        FieldError::new(field.to_string(), message, error.code.to_string())
                    })
                    .collect(),
                // A value that checks itself does not know what it is called.
                ValidationErrorsKind::Struct(inner) => complaints(inner)
                    .into_iter()
                    .map(|error| FieldError {
                        field: match error.field.as_str() {
                            "" => field.to_string(),
                            inside => format!("{field}.{inside}"),
                        },
                        ..error
                    })
                    .collect(),
                ValidationErrorsKind::List(list) => {
                    list.values().flat_map(|inner| complaints(inner)).collect()
                }
            }
        })
        .collect();
    found.sort_by(|a, b| a.field.cmp(&b.field));
    found
}
