//! What a text spells, and the one before: in most files all rows spell the same.

/// Reads texts.
pub(super) struct Spelled<T> {
    text: String,
    value: Option<T>,
    read: fn(&str) -> Option<T>,
}

impl<T: Copy> Spelled<T> {
    pub fn new(read: fn(&str) -> Option<T>) -> Spelled<T> {
        Spelled { text: String::new(), value: None, read }
    }

    pub fn read(&mut self, text: &str) -> Option<T> {
        if self.text != text {
            self.value = (self.read)(text);
            text.clone_into(&mut self.text);
        }
        self.value
    }
}
