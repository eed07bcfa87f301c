//! A whole document from its template. The template is the repository's `index.html`, with `{{name}}` where something goes in.

use doorstep_client_api::door::{House, PageData};
use yew::ServerRenderer;
use yew_router::Routable;

use crate::Lang;
use crate::look::Look;
use crate::route::Route;
use crate::server::{ServerPage, ServerPageProps};
use crate::title::{description, title};

/// Renders the document of a page. `url` is the page's absolute address as strangers see it, for link previews.
pub async fn document(template: &str, look: &Look, data: PageData, url: &str) -> String {
    let Look { lang, theme } = *look;
    let (origin, path) = split_url(url);
    let route = Route::recognize(path).unwrap_or_default();
    let house = house(&data).clone();
    let values = Values {
        lang,
        theme: theme.tag(),
        title: escape(&title(lang, &data)),
        head: head(&route, &data, &escape(&title(lang, &data)), &escape(&description(lang, &data)), url),
        domain: escape(&house.domain),
        origin: escape(origin),
        data: json(&data),
        app: String::new(),
    };
    let app = ServerRenderer::<ServerPage>::with_props(move || ServerPageProps::new(lang, &route, data))
        .hydratable(false)
        .render()
        .await;
    put_in(template, &Values { app, ..values })
}

struct Values {
    lang: Lang,
    theme: &'static str,
    title: String,
    head: String,
    domain: String,
    origin: String,
    data: String,
    app: String,
}

/// Replaces every `{{name}}` once; what is put in is not looked at again.
fn put_in(template: &str, values: &Values) -> String {
    let mut out = String::with_capacity(template.len() + values.app.len() + values.data.len() + 1024);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, tail)) = after.split_once("}}") else {
            rest = after;
            continue;
        };
        out.push_str(match name {
            "lang" => values.lang.tag(),
            "dir" => values.lang.dir(),
            "theme" => values.theme,
            "title" => &values.title,
            "head" => &values.head,
            "domain" => &values.domain,
            "origin" => &values.origin,
            "data" => &values.data,
            "app" => &values.app,
            "fallen" => values.lang.words().fallen,
            "fallen_again" => values.lang.words().fallen_again,
            _ => "",
        });
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn head(route: &Route, data: &PageData, title: &str, description: &str, url: &str) -> String {
    let url = escape(url);
    let hidden = !route.indexed()
        || match data {
            PageData::House(_) => false,
            PageData::Door(_, door) => door.noindex,
            PageData::NoRoom(_) => true,
        };
    let mut out = format!("<meta name=\"description\" content=\"{description}\">\n");
    if hidden {
        out.push_str("<meta name=\"robots\" content=\"noindex\">\n");
    }
    if route.indexed() && !matches!(data, PageData::NoRoom(_)) {
        out.push_str(&format!(
            "<link rel=\"canonical\" href=\"{url}\">\n<meta property=\"og:type\" content=\"website\">\n\
             <meta property=\"og:title\" content=\"{title}\">\n\
             <meta property=\"og:description\" content=\"{description}\">\n\
             <meta property=\"og:url\" content=\"{url}\">\n<meta property=\"og:site_name\" content=\"{}\">\n",
            escape(&house(data).name)
        ));
    }
    out
}

fn house(data: &PageData) -> &House {
    match data {
        PageData::House(house) | PageData::Door(house, _) | PageData::NoRoom(house) => house,
    }
}

/// JSON that cannot end the script element it stands in.
fn json(data: &PageData) -> String {
    serde_json::to_string(data).map(|text| text.replace('<', "\\u003c")).unwrap_or_else(|_| "null".to_owned())
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

fn split_url(url: &str) -> (&str, &str) {
    let start = url.find("://").map_or(0, |at| at + 3);
    let slash = url.get(start..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| start + at);
    match url.split_at(slash) {
        (origin, "") => (origin, "/"),
        parts => parts,
    }
}

#[cfg(test)]
mod tests {
    use doorstep_client_api::door::{DisclosurePolicy, Door, ListedRoom, Pseudonyms, WayIn};

    use super::*;
    use crate::look::Theme;

    const TEMPLATE: &str = "<html lang=\"{{lang}}\" data-theme=\"{{theme}}\"><title>{{title}}</title>{{head}}{{nothing}}<div id=\"app\">{{app}}</div><script type=\"application/json\">{{data}}</script>";

    fn house() -> House {
        House { domain: "a.example".into(), name: "a.example".into(), rooms: Vec::new(), sign_up: true, guests: true }
    }

    fn door() -> Door {
        Door {
            room: "mimi://a.example/r/clubhouse".into(),
            slug: "clubhouse".into(),
            hub: "a.example".into(),
            name: "Clubhouse".into(),
            description: "For those who like clubs.\nAnd houses.".into(),
            subject: "spring".into(),
            way_in: WayIn::Knock,
            knock_room: Some("mimi://a.example/r/k".into()),
            pseudonyms: Pseudonyms::Required,
            disclosure: DisclosurePolicy::Optional,
            people: 3,
            moderators: vec!["mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427".into()],
            guests: true,
            noindex: true,
            tells_outcome: false,
            knock_lifetime: 30 * 86_400,
        }
    }

    async fn render(lang: Lang, data: PageData, path: &str) -> String {
        let look = Look { lang, theme: Theme::Dark };
        document(TEMPLATE, &look, data, &format!("https://a.example{path}")).await
    }

    #[tokio::test]
    async fn the_page_of_a_room_says_everything_without_javascript() {
        let page = render(Lang::En, PageData::Door(house(), door()), "/r/clubhouse").await;
        for text in [
            "<html lang=\"en\" data-theme=\"dark\">",
            "<title>Clubhouse · a.example</title>",
            "name=\"robots\" content=\"noindex\"",
            "property=\"og:url\" content=\"https://a.example/r/clubhouse\"",
            "For those who like clubs.",
            "And houses.",
            "Ask to join",
            "One moderator can open it, and nobody else.",
            "The house that hosts this room is a.example.",
            "This room sends no answer when it says no.",
            "Everybody is here under a name made for this room.",
            "There are 3 people in this room.",
            "within 30 days",
            "<noscript><p class=\"note\">Asking to join needs JavaScript",
        ] {
            assert!(page.contains(text), "{text:?} is not in {page}");
        }
    }

    #[tokio::test]
    async fn a_room_cannot_break_out_of_its_page() {
        let evil = "</script><script>alert(1)</script>\"'{{app}}";
        let door = Door { name: evil.into(), description: evil.into(), subject: evil.into(), ..door() };
        let page = render(Lang::En, PageData::Door(house(), door), "/r/clubhouse").await;
        assert!(!page.contains("<script>alert"), "{page}");
        assert_eq!(page.matches("</script>").count(), 1);
        assert_eq!(page.matches("id=\"app\"").count(), 1);
        assert_eq!(page.matches("class=\"frame\"").count(), 1, "a template slot inside a value was filled");
    }

    #[tokio::test]
    async fn unknown_rooms_are_kept_out_of_search_engines() {
        let page = render(Lang::De, PageData::NoRoom(house()), "/r/x").await;
        assert!(page.contains("content=\"noindex\"") && page.contains("Hier ist keine Tür"));
    }

    #[tokio::test]
    async fn a_page_of_the_app_says_that_it_needs_javascript() {
        let page = render(Lang::En, PageData::House(house()), "/rooms").await;
        assert!(page.contains("<noscript>") && page.contains("noindex"));
        let join = render(Lang::En, PageData::House(house()), "/j").await;
        for text in ["<h1 tabindex=\"-1\">An invitation</h1>", "What stands behind the # in it stays", "noindex"] {
            assert!(join.contains(text), "{text:?} is not in {join}");
        }
        assert!(!join.contains("og:url"));
        let home = render(Lang::En, PageData::House(house()), "/").await;
        assert!(home.contains("Rooms you can find here") && !home.contains("noindex"));
    }

    #[tokio::test]
    async fn every_page_that_is_not_listed_says_so() {
        for path in Route::routes() {
            let page = render(Lang::En, PageData::House(house()), path).await;
            let indexed = Route::recognize(path).is_some_and(|route| route.indexed());
            assert_eq!(page.contains("content=\"noindex\""), !indexed, "{path}");
            assert_eq!(page.contains("og:url"), indexed, "{path}");
        }
    }

    #[tokio::test]
    async fn links_are_plain_where_there_is_no_router() {
        let rooms = vec![ListedRoom {
            slug: "a b".into(),
            name: "A & B".into(),
            summary: String::new(),
            way_in: WayIn::Open,
            people: 1,
        }];
        let home = render(Lang::En, PageData::House(House { rooms, ..house() }), "/").await;
        for link in ["<a href=\"/r/a%20b\">A &amp; B</a>", "<a href=\"/new\" class=\"button\">"] {
            assert!(home.contains(link), "{link} is not in {home}");
        }
    }

    #[tokio::test]
    async fn the_document_of_the_house_has_a_place_for_everything() {
        let template = include_str!("../../../index.html");
        let look = Look { lang: Lang::De, theme: Theme::Auto };
        let page = document(template, &look, PageData::House(house()), "https://a.example/").await;
        for part in [
            "<html lang=\"de\" dir=\"ltr\" data-theme=\"auto\">",
            "<meta name=\"doorstep-lang\" content=\"de\">",
            "<meta name=\"doorstep-domain\" content=\"a.example\">",
            "<div id=\"app\"><div class=\"frame\">",
            "id=\"doorstep-data\">{\"House\"",
            Lang::De.words().fallen,
            Lang::De.words().fallen_again,
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
    }
}
