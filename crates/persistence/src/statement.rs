//! Statements written by hand, for what Diesel's language has no words: arrays in place of rows, so that one
//! prepared statement serves every size of batch.

/// Declares a statement. Each `?` of the text stands for the next bind. Diesel prepares it once a connection.
macro_rules! statement {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $rust:ty => $sql:ty),+ $(,)? } -> $row:ty { $text:expr }) => {
        $(#[$doc])*
        struct $name<'a> {
            $($field: &'a $rust),+
        }

        impl diesel::query_builder::QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name<'_> {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                let mut pieces = $text.split('?');
                out.push_sql(pieces.next().unwrap_or_default());
                $(
                    out.push_bind_param::<$sql, _>(self.$field)?;
                    out.push_sql(pieces.next().unwrap_or_default());
                )+
                Ok(())
            }
        }

        impl diesel::query_builder::Query for $name<'_> {
            type SqlType = $row;
        }

        impl<Conn> diesel::RunQueryDsl<Conn> for $name<'_> {}
    };
}
