//! What a part is there for.

/// Disposition of a part (draft-ietf-mimi-content §5). A number that is not known means [`Disposition::RENDER`] and is
/// kept as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Disposition(pub u8);

impl Disposition {
    /// Nothing was said.
    pub const UNSPECIFIED: Self = Self(0);
    /// To be shown.
    pub const RENDER: Self = Self(1);
    /// A reaction to another message.
    pub const REACTION: Self = Self(2);
    /// About the sender.
    pub const PROFILE: Self = Self(3);
    /// Inside another part.
    pub const INLINE: Self = Self(4);
    /// A small picture.
    pub const ICON: Self = Self(5);
    /// To be saved.
    pub const ATTACHMENT: Self = Self(6);
    /// A call or conference.
    pub const SESSION: Self = Self(7);
    /// A preview of something else.
    pub const PREVIEW: Self = Self(8);
}
