// One title of the playlist, as sent to displays. Empty strings and zeros mean "unknown" and are
// omitted from the JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace marquee::gateway {

enum class ItemType { kUnknown, kMovie, kShow, kMusic, kGame };

struct MediaItem {
  std::string key;
  std::string id;
  std::string source;  // plex, jellyfin, tmdb, romm, local
  std::string server_name;
  ItemType type = ItemType::kUnknown;
  std::string title;
  std::string original_title;
  int year = 0;
  std::string poster_url;  // ready for displays, like the other URLs
  std::string background_url;
  std::string thumbnail_url;
  std::string clear_logo_url;
  std::string tagline;
  std::string overview;
  std::optional<double> rating;
  std::string content_rating;
  std::string official_rating;
  std::vector<std::string> genres;
  std::vector<std::string> studios;
  std::string imdb_url;
  int64_t tmdb_id = 0;

  struct RottenTomatoes {
    int score = 0;
    std::string icon;
    double original_score = 0;
  };
  std::optional<RottenTomatoes> rotten_tomatoes;

  int64_t runtime_ms = 0;
  std::string quality_label;
  std::string library;
  int64_t added_at_ms = 0;
  std::string release_date;
  bool has_hdr = false;
  bool has_dolby_vision = false;

  struct VideoStream {
    int height = 0;
    int width = 0;
    std::string codec;
    std::string aspect_ratio;
  };
  std::optional<VideoStream> video_stream;

  struct AudioTrack {
    std::string codec;
    int channels = 0;
    std::string profile;
    std::string language;
  };
  std::optional<AudioTrack> audio_track;

  std::string platform;
  std::string artist;
  std::string artist_id;
  std::string album;
  std::string artist_photo_url;
  std::vector<std::string> styles;
  std::vector<std::string> moods;

  struct Streaming {
    struct Provider {
      std::string name;
      std::string type;  // subscription, buy or rent
      std::string logo_url;
    };
    std::string region;
    std::vector<Provider> providers;  // best first
    std::string link;
  };
  std::optional<Streaming> streaming;

  // An entry of a source that was merged into this title.
  struct Copy {
    std::string source;  // its configured name
    std::string library;
    std::string key;
  };
  std::vector<Copy> available_in;    // the preferred one first
  std::vector<std::string> aliases;  // other keys and ids by which it can be found

  std::string dominant_color;  // of the poster, #rrggbb
  std::string thumb_hash;      // of the poster, bytes (https://evanw.github.io/thumbhash/)
};

}  // namespace marquee::gateway
