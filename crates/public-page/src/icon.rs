//! Icons: small line drawings on a 24 × 24 field. They stand beside words, never for them, so they are hidden from
//! screen readers.

use yew::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A door that stands open: Doorstep's own sign.
    Door,
    /// A closed padlock.
    Lock,
    /// A clock.
    Clock,
    /// Done, yes.
    Check,
    /// No, close.
    Cross,
    /// Something to know.
    Info,
    /// Something is wrong.
    Warning,
    /// Two people.
    People,
    /// One person.
    Person,
    /// A mask: pseudonyms.
    Mask,
    /// A house: the hub.
    House,
    /// A speech bubble.
    Bubble,
    /// Knocking hand, as two arcs at a door.
    Knock,
    /// Answer to a message.
    Reply,
    /// A pencil.
    Pencil,
    /// A bin.
    Bin,
    /// A smiling face, for reactions.
    Face,
    /// Three dots.
    More,
    /// A paper plane.
    Send,
    /// Arrow back, towards the start of the line.
    Back,
    /// Plus.
    Plus,
    /// Turning arrows.
    Again,
    /// A no-entry sign.
    Ban,
    /// A sheet that was there before.
    History,
    /// A dial: settings.
    Dial,
    /// Two links of a chain.
    Link,
    /// A code of squares.
    Code,
    /// Two sheets.
    Copy,
    /// An arrow out of a box.
    Share,
    /// A camera.
    Camera,
    /// A torch: a lamp in the hand.
    Torch,
    /// A seal with a tick: somebody's identity was proven.
    Seal,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Door => "M3 21h18M6 21V4h9v17M15 6l4 1.5V21M12 12.5v.01",
            Self::Lock => "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11M12 14.5v2",
            Self::Clock => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Info => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.5v.01",
            Self::Warning => "M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.01",
            Self::People => {
                "M9 5a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 9 5zM2.8 19c.6-3.2 3-5 6.2-5s5.6 1.8 6.2 5M15.5 5.2a3.2 3.2 0 0 1 0 6M17.5 14.3c2 .7 3.3 2.3 3.7 4.7"
            }
            Self::Person => "M12 4.5a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2zM5 20c.6-3.6 3.3-5.6 7-5.6s6.4 2 7 5.6",
            Self::Mask => {
                "M3 8c3 1.3 6 1.3 9 0 3 1.3 6 1.3 9 0v3.5c0 4-2.2 6-4.8 6-1.9 0-3-1.3-4.2-1.3s-2.3 1.3-4.2 1.3C5.2 17.5 3 15.5 3 11.5zM7 11.8h2.2M14.8 11.8H17"
            }
            Self::House => "M3.5 11.5L12 4l8.5 7.5M6 9.8V20h12V9.8M10 20v-5.5h4V20",
            Self::Bubble => "M4 5h16v11H11l-4.5 4v-4H4z",
            Self::Knock => "M4 21V3h9v18M10 12v.01M16.5 9.5c1.3 1.5 1.3 3.5 0 5M19 7.5c2.3 2.7 2.3 6.3 0 9",
            Self::Reply => "M9.5 6L4 11.5 9.5 17M4 11.5h9c4 0 6.5 2.5 7 6.5",
            Self::Pencil => "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5",
            Self::Bin => "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5",
            Self::Face => {
                "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM8 14c1 1.7 2.3 2.5 4 2.5s3-.8 4-2.5M9 9.5v.01M15 9.5v.01"
            }
            Self::More => "M6 12v.01M12 12v.01M18 12v.01",
            Self::Send => "M4 11.5L20 4l-5 16-3.5-7zM11.5 13L20 4",
            Self::Back => "M19 12H5M11 6l-6 6 6 6",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Again => "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4.5V9H15",
            Self::Ban => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12",
            Self::History => "M6 3.5h9l3.5 3.5v13.5H6zM14.5 3.5V7.5h4M9 12h6M9 15.5h6",
            Self::Camera => "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 10a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4z",
            Self::Torch => "M8 3.5h8v4L14 11v9.5h-4V11L8 7.5zM8 7.5h8M12 13.5v1.5",
            Self::Seal => {
                "M12 3l2.2 1.7 2.8-.2.7 2.7 2.4 1.5-1.1 2.6.6 2.7-2.4 1.4-.9 2.7-2.8-.2L12 20.5l-1.5-2.6-2.8.2-.9-2.7-2.4-1.4.6-2.7-1.1-2.6 2.4-1.5.7-2.7 2.8.2zM8.5 12l2.5 2.5 4.5-5"
            }
            Self::Dial => "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4",
            Self::Link => {
                "M10 7.5L12.5 5a4.6 4.6 0 0 1 6.5 6.5L16.5 14M14 16.5L11.5 19A4.6 4.6 0 0 1 5 12.5L7.5 10M9.5 14.5l5-5"
            }
            Self::Code => "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5M20 14v.01M14 20v.01M17.5 20H20v-2.5",
            Self::Copy => "M9 9h10.5v11H9zM15 9V4H4.5v11H9",
            Self::Share => "M12 15V3.5M8 7l4-3.5L16 7M8 11H5v9.5h14V11h-3",
        }
    }
}

/// Draws `icon`.
pub fn icon(icon: Icon) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <path d={icon.path()} />
        </svg>
    }
}
