//! Identifiers. Each is a UUID (version 7 when the server makes it) in a type of its own, so that a device's
//! id is never taken for a user's.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> $name {
                $name(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// An account: the tenant. Every row that belongs to somebody carries it.
    UserId
);
id!(
    /// A device of an account.
    DeviceId
);
id!(
    /// A family of tokens: one signed-in place. All refresh tokens that were rotated out of one sign-in,
    /// and the access tokens made with them, share it (`sid` in the tokens).
    FamilyId
);
id!(
    /// An invitation to register.
    InviteId
);
id!(
    /// An entry of the audit log.
    EntryId
);
id!(
    /// A focus session.
    FocusSessionId
);
id!(
    /// A plant of a garden.
    PlantId
);
id!(
    /// A record of consumption.
    ConsumptionId
);
id!(
    /// A meter.
    MeterId
);
id!(
    /// A reading of a meter.
    ReadingId
);
id!(
    /// A file that was read.
    ImportId
);
id!(
    /// An event of a browser.
    EventId
);
id!(
    /// A project that time is spent on.
    ProjectId
);
id!(
    /// A time entry.
    TimeEntryId
);
id!(
    /// An address that webhooks are delivered to.
    EndpointId
);
