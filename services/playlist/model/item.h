// One title of the playlist, as displays read it: the lean item of the wire contract. A plain
// value; no field carries a token, a file path of this machine or a vendor's raw answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace marquee::playlist {

struct RottenTomatoes {
  std::optional<int32_t> score;          // 0–100
  std::string icon;                      // fresh, rotten or certified-fresh; empty: unknown
  std::optional<double> original_score;  // 0–10

  bool operator==(const RottenTomatoes&) const = default;
};

struct VideoStream {
  int32_t width = 0;   // pixels; 0: unknown
  int32_t height = 0;  // pixels; 0: unknown
  std::string codec;
  std::string aspect_ratio;

  bool operator==(const VideoStream&) const = default;
};

struct AudioTrack {
  std::string codec;
  int32_t channels = 0;  // 0: unknown
  std::string profile;
  std::string language;
  std::string display_title;

  bool operator==(const AudioTrack&) const = default;
};

// Where a title can be streamed.
struct StreamingProvider {
  std::string name;  // Netflix
  std::string type;  // subscription, buy or rent
  std::string logo_url;

  bool operator==(const StreamingProvider&) const = default;
};
struct Streaming {
  std::string region;                        // US
  std::vector<StreamingProvider> providers;  // best first
  std::string link;                          // page that lists them all

  bool operator==(const Streaming&) const = default;
};

// What a display can paint before the first byte of a poster is there.
struct Placeholder {
  std::string thumb_hash;      // bytes (https://evanw.github.io/thumbhash/)
  std::string dominant_color;  // #rrggbb

  bool operator==(const Placeholder&) const = default;
};

// One copy of a title: the same film or series at one source.
struct Copy {
  std::string server_name = {};  // Source::name()
  std::string library = {};      // title of the library it is in
  std::string key = {};          // what the source calls it
  std::string id = {};           // likewise; empty: equal to the key
  bool gone = false;             // the source has it no longer; its key still finds the title

  bool operator==(const Copy&) const = default;
};

// An empty string, an empty list and an empty optional all mean "absent". Strings are valid UTF-8
// (model/text.h makes them so).
//
// Artwork is held as the ready URL a display asks for, made by ImageUrl() (model/image_url.h) out
// of the source's name, a path of the source's own and the validator of the picture, so that a
// changed picture is a new URL.
struct Item {
  // Who it is. A source gives each of its items a key of its own that stays the same from one
  // fetch to the next: plex-<server>-<ratingKey>, jellyfin_<Id>, local-<id>, …
  std::string key;          // required, unique in the playlist
  std::string id;           // required; what displays tell titles apart by
  std::string source;       // kind of source: local, jellyfin, …
  std::string server_name;  // Source::name()
  std::string type;         // movie, show, music, game; empty: unknown
  std::string library;      // title of the library it came from

  std::string title;  // required
  std::string original_title;
  std::optional<int32_t> year;
  std::string release_date;  // YYYY-MM-DD
  std::string tagline;
  std::string overview;
  std::optional<double> rating;  // 0–10
  std::string content_rating;
  std::string official_rating;
  std::vector<std::string> genres;
  std::vector<std::string> studios;
  std::string imdb_url;
  std::optional<int64_t> tmdb_id;
  std::optional<int64_t> tvdb_id;
  std::optional<RottenTomatoes> rotten_tomatoes;
  std::optional<int32_t> runtime_minutes;
  std::optional<int64_t> runtime_ms;
  std::optional<int64_t> added_at_ms;  // since the epoch

  std::string poster_url;      // required
  std::string background_url;  // a screensaver skips a slide that has none: fall back to the poster
  std::string thumbnail_url;
  std::string clear_logo_url;

  std::string quality_label;  // SD, 720p, 1080p, 4K
  bool has_hdr = false;
  bool has_dolby_vision = false;
  std::optional<VideoStream> video;  // the first of its streams
  std::optional<AudioTrack> audio;   // the first of its tracks

  bool has_trailer = false;  // can be had as an extra
  bool has_theme = false;

  std::string artist;                  // music
  std::string artist_id;               // music; at the source
  std::string artist_photo_url;        // music
  std::string album;                   // music
  std::vector<std::string> styles;     // music
  std::vector<std::string> moods;      // music
  std::string platform;                // games
  std::optional<Streaming> streaming;  // of a list of what a service offers

  // Of the poster; no source knows it (refresh/placeholder_table.h).
  std::optional<Placeholder> placeholder;

  // Of a title that several entries of sources were merged into (refresh/merge.h): all of them, the
  // preferred one first, then those that are gone. Empty: there is this one only.
  std::vector<Copy> copies;

  bool operator==(const Item&) const = default;
};

}  // namespace marquee::playlist
