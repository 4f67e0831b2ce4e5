// One title of the playlist, with the fields that displays receive. A plain value; no field
// contains a token, a file path of this machine or raw data of a vendor.
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

// Streaming services that offer a title.
struct StreamingProvider {
  std::string name;  // Netflix
  std::string type;  // subscription, buy or rent
  std::string logo_url;

  bool operator==(const StreamingProvider&) const = default;
};
struct Streaming {
  std::string region;                        // US
  std::vector<StreamingProvider> providers;  // best first
  std::string link;                          // page that lists all providers

  bool operator==(const Streaming&) const = default;
};

// Shown by displays until the first bytes of a poster arrive.
struct Placeholder {
  std::string thumb_hash;      // bytes (https://evanw.github.io/thumbhash/)
  std::string dominant_color;  // #rrggbb

  bool operator==(const Placeholder&) const = default;
};

// One copy of a title: the same film or series at one source.
struct Copy {
  std::string server_name = {};  // Source::name()
  std::string library = {};      // title of its library
  std::string key = {};          // key at the source
  std::string id = {};           // id at the source; empty: equal to the key
  bool gone = false;             // no longer at the source; its key still finds the title

  bool operator==(const Copy&) const = default;
};

// An empty string, an empty list and an empty optional all mean "absent". Strings are valid UTF-8
// (model/text.h makes them so).
//
// Artwork is stored as the URL that displays request, made by ImageUrl() (model/image_url.h) from
// the name of the source, a path at the source and the version of the image, so that a changed
// image has a new URL.
struct Item {
  // Identity. A source gives each item a key that stays the same between fetches:
  // plex-<server>-<ratingKey>, jellyfin_<Id>, local-<id>, …
  std::string key;          // required, unique in the playlist
  std::string id;           // required; identifies the title for displays
  std::string source;       // kind of source: local, jellyfin, …
  std::string server_name;  // Source::name()
  std::string type;         // movie, show, music, game; empty: unknown
  std::string library;      // title of its library

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
  std::optional<int64_t> added_at_ms;  // Unix time in milliseconds

  std::string poster_url;  // required
  std::string
      background_url;  // never leave empty: screensavers skip slides without one; use the poster
  std::string thumbnail_url;
  std::string clear_logo_url;

  std::string quality_label;  // SD, 720p, 1080p, 4K
  bool has_hdr = false;
  bool has_dolby_vision = false;
  std::optional<VideoStream> video;  // the first video stream
  std::optional<AudioTrack> audio;   // the first audio track

  bool has_trailer = false;  // available as an extra
  bool has_theme = false;

  std::string artist;                  // music
  std::string artist_id;               // music; id at the source
  std::string artist_photo_url;        // music
  std::string album;                   // music
  std::vector<std::string> styles;     // music
  std::vector<std::string> moods;      // music
  std::string platform;                // games
  std::optional<Streaming> streaming;  // only of lists of streaming services

  // Placeholder of the poster; not set by sources (refresh/placeholder_table.h).
  std::optional<Placeholder> placeholder;

  // For a title merged from several entries (refresh/merge.h): all of them, the preferred one
  // first, then those no longer at their source. Empty: there is only one entry.
  std::vector<Copy> copies;

  bool operator==(const Item&) const = default;
};

}  // namespace marquee::playlist
