//! The name and figure of a pseudonym: made from its UUID alone, so that everybody in a room sees the same ones and
//! nothing is uploaded. They are for the eye; what proves anything is the credential.

/// The short name of a user URI: two words for a pseudonym (`Quiet Harbour`), the handle for an account, the text
/// itself for anything else.
pub fn display_name(user: &str) -> String {
    match user.rsplit_once("/p/") {
        Some((_, id)) => pseudonym_name(id),
        None => match user.rsplit_once("/u/") {
            Some((_, handle)) => handle.to_owned(),
            None => user.to_owned(),
        },
    }
}

/// Two words for a pseudonym's UUID (or any other text). About 19 000 pairs: not unique, the figure and the
/// fingerprint tell two of the same name apart.
pub fn pseudonym_name(id: &str) -> String {
    let hash = spread(id);
    let adjective = pick(ADJECTIVES, hash);
    let noun = pick(NOUNS, hash / count(ADJECTIVES));
    format!("{adjective} {noun}")
}

/// 64 bits for drawing a figure; the same text gives the same bits everywhere and always.
pub fn figure_bits(text: &str) -> u64 {
    spread(text)
}

/// Words with a space between them: a table of them would be larger than they are.
fn pick(words: &'static str, hash: u64) -> &'static str {
    words.split(' ').nth((hash % count(words)) as usize).unwrap_or_default()
}

fn count(words: &str) -> u64 {
    words.split(' ').count() as u64
}

/// FNV-1a with a final mix: good enough to spread names, and small.
fn spread(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

const ADJECTIVES: &str = "\
    Quiet Amber Early Gentle Silver Northern Patient Bright Hidden Calm Copper Distant Eager Faithful Golden Humble \
    Ivory Jolly Kind Lively Mellow Nimble Open Pale Quick Rustic Steady Tender Upper Velvet Warm Young Azure Brave \
    Crimson Dapper Emerald Fair Grand Hazel Indigo Jade Keen Light Merry Noble Olive Plain Rapid Sandy Tidy Umber \
    Vivid Western Southern Eastern Woven Polished Sunlit Snowy Rainy Windy Misty Frosty Starry Mossy Rocky Leafy \
    Salty Clear Deep Soft Bold Crisp Dusky Fresh Glad Hardy Little Lucky Maple Modest Opal Pearl Prime Rosy Royal \
    Ruby Russet Scarlet Sharp Simple Slow Smooth Spare Still Sturdy Subtle Swift Tall Tawny Thoughtful Tranquil True \
    Wise Wide Winter Summer Autumn Spring Morning Evening Midnight Coastal Inland Lunar Solar Cobalt Cedar Linen";

const NOUNS: &str = "\
    Harbour Lantern Meadow Otter Falcon Willow Compass River Anchor Badger Birch Bridge Brook Cabin Canyon Castle \
    Cliff Cloud Comet Coral Cottage Crane Creek Dolphin Dove Dune Elm Ember Fern Field Finch Fjord Forest Fountain \
    Fox Garden Gate Glacier Grove Gull Hare Haven Hawk Hazelnut Heath Heron Hill Hollow Island Ivy Jasmine Juniper \
    Kestrel Kite Lagoon Lake Lark Laurel Lighthouse Lilac Linden Lynx Magpie Maple Marsh Marten Mill Moon Moor Moss \
    Mountain Nest Nettle Nightingale Oak Ocean Orchard Osprey Owl Path Pebble Pelican Pine Plover Pond Poplar \
    Prairie Puffin Quail Quarry Rain Raven Reed Reef Ridge Robin Rowan Sail Seal Shell Shore Sparrow Spring Spruce \
    Star Starling Stone Stork Stream Summit Sun Swallow Swan Tern Thicket Thistle Thrush Tide Tower Trail Tulip \
    Valley Violet Walnut Wave Well Wharf Window Wood Wren Yarrow Yew Acorn Alder Arbor Ash Aspen Aster Basin Bay \
    Beacon Beaver Bell Bluff Boulder Bramble Candle Cape Cherry Clover Cove Cricket Crow Curlew Cypress Daisy";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_has_the_same_two_words_for_everybody() {
        let uri = "mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427";
        let name = display_name(uri);
        assert_eq!(name, pseudonym_name("1b4e28ba-2fa1-4d1e-883f-0016d3cca427"));
        assert_eq!(name.split(' ').count(), 2);
    }

    #[test]
    fn an_account_is_its_handle() {
        assert_eq!(display_name("mimi://a.example/u/alice"), "alice");
    }

    #[test]
    fn words_are_not_listed_twice() {
        for list in [ADJECTIVES, NOUNS] {
            let unique: std::collections::BTreeSet<_> = list.split(' ').collect();
            assert_eq!(unique.len() as u64, count(list));
        }
    }

    #[test]
    fn names_spread() {
        let names: std::collections::BTreeSet<_> = (0..1000).map(|n| pseudonym_name(&format!("{n:036}"))).collect();
        assert!(names.len() > 950, "{}", names.len());
    }
}
