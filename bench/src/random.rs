//! Numbers that look random and are the same in every run.

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    /// A series of its own for each seed.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// `0 <= x < 1`.
    pub fn unit(&mut self) -> f64 {
        f64::from(u32::try_from(self.bits() >> 32).unwrap_or(0)) / 4_294_967_296.0
    }

    /// `from <= n < to`.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        let width = u64::try_from(to - from).unwrap_or(1).max(1);
        from + i64::try_from(self.bits() % width).unwrap_or(0)
    }

    /// One of them, the first ones much more often, as people use their apps.
    pub fn favourite<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let place = self.unit().powf(2.5) * f64::from(u32::try_from(of.len()).unwrap_or(u32::MAX));
        of.get(crate::summary::whole(place))
    }

    /// The same ones in another order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for end in (1..all.len()).rev() {
            let last = i64::try_from(end).unwrap_or(0);
            all.swap(end, usize::try_from(self.between(0, last + 1)).unwrap_or(0));
        }
    }
}
