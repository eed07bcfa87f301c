//! What `/scan` sees.

use std::rc::Rc;

use yew::Reducible;

/// The camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Camera {
    /// Not asked for, or let go of.
    #[default]
    Off,
    /// The browser asks for it, or starts it.
    Starting,
    /// It looks.
    On,
    /// The browser, or the person, does not allow it.
    Refused,
    /// There is none.
    Missing,
    /// Another program has it, or it does not work.
    Taken,
    /// Not a secure context.
    NotSecure,
}

/// A picture that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    /// It is being looked at.
    Reading,
    /// There is no code in it that can be read.
    Empty,
    /// It is no picture.
    Unreadable,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Saw {
    /// What is needed to see is there.
    Ready,
    /// What is needed to see, or to read codes, could not be fetched.
    Blind,
    /// The camera changed.
    Camera(Camera),
    /// The cameras there are: id and name. A name may be empty.
    Cameras(Vec<(String, String)>),
    /// Id of the camera that looks.
    Chosen(String),
    /// The camera's torch is on or off; only said of one that has a torch.
    Torch(bool),
    /// A picture was given.
    Picture(Picture),
    /// Text of a code, or text that was given.
    Text(String),
}

/// What `/scan` sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// It can see.
    pub(crate) ready: bool,
    /// It cannot, and has to be loaded again.
    pub(crate) blind: bool,
    /// The camera.
    pub(crate) camera: Camera,
    /// All cameras: id and name.
    pub(crate) cameras: Vec<(String, String)>,
    /// Id of the one that looks.
    pub(crate) chosen: String,
    /// Its torch, if it has one.
    pub(crate) torch: Option<bool>,
    /// The last picture, unless something was read since.
    pub(crate) picture: Option<Picture>,
    /// What was read last.
    pub(crate) text: Option<String>,
}

impl Reducible for Sight {
    type Action = Saw;

    /// What it sees after something happened.
    fn reduce(self: Rc<Self>, saw: Saw) -> Rc<Self> {
        let mut next = Rc::unwrap_or_clone(self);
        match saw {
            Saw::Ready => next.ready = true,
            Saw::Blind => {
                next.blind = true;
                next.camera = Camera::Off;
                next.picture = None;
            }
            Saw::Camera(camera) => {
                next.camera = camera;
                if camera != Camera::On {
                    next.torch = None;
                }
                if camera == Camera::Starting {
                    next.text = None;
                    next.picture = None;
                }
            }
            Saw::Cameras(cameras) => next.cameras = cameras,
            Saw::Chosen(id) => next.chosen = id,
            Saw::Torch(on) => next.torch = Some(on),
            Saw::Picture(picture) => {
                next.picture = Some(picture);
                next.text = None;
            }
            Saw::Text(text) => {
                next.text = Some(text);
                next.picture = None;
            }
        }
        next.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(saw: impl IntoIterator<Item = Saw>) -> Rc<Sight> {
        saw.into_iter().fold(Rc::default(), Sight::reduce)
    }

    #[test]
    fn a_camera_that_is_let_go_of_has_no_torch() {
        let on = [Saw::Camera(Camera::Starting), Saw::Torch(true), Saw::Camera(Camera::On)];
        assert_eq!(after(on.clone()).torch, Some(true));
        assert_eq!(after(on.into_iter().chain([Saw::Camera(Camera::Off)])).torch, None);
    }

    #[test]
    fn what_was_read_stays_until_something_else_is_looked_at() {
        let read = [Saw::Text("a".into()), Saw::Camera(Camera::Off)];
        assert_eq!(after(read.clone()).text.as_deref(), Some("a"));
        assert_eq!(after(read.clone().into_iter().chain([Saw::Camera(Camera::Starting)])).text, None);
        assert_eq!(after(read.into_iter().chain([Saw::Picture(Picture::Reading)])).text, None);
    }

    #[test]
    fn what_was_read_ends_the_word_about_the_picture_before() {
        assert_eq!(after([Saw::Picture(Picture::Empty), Saw::Text("a".into())]).picture, None);
    }
}
