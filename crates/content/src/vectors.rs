//! The examples of draft-ietf-mimi-content (its repository, `examples/`), rebuilt from their values; the ids are those the
//! repository gives for the text of -08.

use doorstep_wire::{RoomUri, UserUri};

use crate::{Disposition, MARKDOWN, MessageId, MimiContent, NestedPart, PartBody, PartSemantics};

pub(crate) const ORIGINAL_ID: &str = "017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4";
pub(crate) const REPLY_ID: &str = "015354973c2b65ca937bf1e035ae53a5ab80e947afa43d46920d4202e5cc0b27";

pub(crate) fn room() -> RoomUri {
    "mimi://example.com/r/engineering_team".parse().unwrap()
}

pub(crate) fn user(name: &str) -> UserUri {
    format!("mimi://example.com/u/{name}").parse().unwrap()
}

pub(crate) fn salt(hex: &str) -> [u8; 16] {
    hex::decode(hex).unwrap().try_into().unwrap()
}

pub(crate) fn id(hex: &str) -> MessageId {
    hex.parse().unwrap()
}

pub(crate) fn original() -> MimiContent {
    let text = "Hi everyone, we just shipped release 2.0. __Good  work__!";
    MimiContent::text(salt("5eed9406c2545547ab6f09f20a18b003"), &user("alice-smith"), &room(), text)
}

/// A GIF or a PNG, each with English or French HTML: parts four deep.
pub(crate) fn multipart() -> MimiContent {
    let salt = salt("b8362793168d18c049b882d4642a2274");
    let part = choose(vec![
        picture("image/gif", "dc861ebaa718fd7c3ca159f71a2001a7", 5),
        picture("image/png", "fa444237451a05a72bb0f67037cc1669", 10),
    ]);
    MimiContent { part, ..MimiContent::text(salt, &user("alice-smith"), &room(), "") }
}

fn picture(content_type: &str, content: &str, cid: u32) -> NestedPart {
    let html = |language: &str, greeting, alt| {
        let html = format!(
            "<html><body><h1>{greeting}!</h1>\n<img src=\"cid:{cid}@local.invalid\" alt=\"{alt}\"/>\n</body></html>"
        );
        single(Disposition::RENDER, language, "text/html;charset=utf-8", html.into_bytes())
    };
    let pages = vec![html("en", "Welcome", "Welcome image"), html("fr", "Bienvenue", "Image bienvenue")];
    let image = single(Disposition::INLINE, "", content_type, hex::decode(content).unwrap());
    multi(PartSemantics::ProcessAll, vec![choose(pages), image])
}

pub(crate) fn choose(parts: Vec<NestedPart>) -> NestedPart {
    multi(PartSemantics::ChooseOne, parts)
}

fn multi(semantics: PartSemantics, parts: Vec<NestedPart>) -> NestedPart {
    NestedPart { disposition: Disposition::RENDER, language: String::new(), body: PartBody::Multi { semantics, parts } }
}

pub(crate) fn text_part(text: &str) -> NestedPart {
    single(Disposition::RENDER, "", MARKDOWN, text.into())
}

fn single(disposition: Disposition, language: &str, content_type: &str, content: Vec<u8>) -> NestedPart {
    let body = PartBody::Single { content_type: content_type.into(), content };
    NestedPart { disposition, language: language.into(), body }
}
