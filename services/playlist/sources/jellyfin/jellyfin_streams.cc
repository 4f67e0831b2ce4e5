#include "services/playlist/sources/jellyfin/jellyfin_streams.h"

#include <algorithm>
#include <cctype>

namespace marquee::playlist {
namespace {

// Ignores case.
bool Mentions(std::string_view text, std::string_view word) {
  return !std::ranges::search(
              text, word, {}, [](unsigned char c) { return std::tolower(c); },
              [](unsigned char c) { return std::tolower(c); })
              .empty();
}

struct Stream {
  std::string type;
  std::string codec;
  std::string profile;
  std::string language;
  std::string display_title;
  std::string aspect_ratio;
  std::string range;       // SDR, HDR
  std::string range_type;  // SDR, HDR10, HLG, DOVI, DOVIWithHDR10, Unknown …
  int32_t width = 0;
  int32_t height = 0;
  int32_t channels = 0;

  bool dolby_vision() const { return Mentions(range_type, "dovi"); }
  bool hdr() const {
    if (!range_type.empty() && range_type != "SDR" && range_type != "Unknown") return true;
    return range == "HDR" || Mentions(profile, "HDR") || Mentions(profile, "PQ") ||
           Mentions(profile, "HLG");
  }
};

int32_t Pixels(ondemand::value value) {
  const int64_t pixels = IntegerOf(value).value_or(0);
  return pixels > 0 && pixels < 100'000 ? static_cast<int32_t>(pixels) : 0;
}

error_code ParseStream(ondemand::value value, Stream* stream) {
  constexpr size_t kShort = 64;
  return ForEachField(value, [&](std::string_view key, ondemand::value field) {
    if (key == "Type") stream->type = TextOf(field, kShort);
    if (key == "Codec") stream->codec = TextOf(field, kShort);
    if (key == "Profile") stream->profile = TextOf(field, kShort);
    if (key == "Language") stream->language = TextOf(field, kShort);
    if (key == "DisplayTitle") stream->display_title = TextOf(field, 2 * kShort);
    if (key == "AspectRatio") stream->aspect_ratio = TextOf(field, kShort);
    if (key == "VideoRange") stream->range = TextOf(field, kShort);
    if (key == "VideoRangeType") stream->range_type = TextOf(field, kShort);
    if (key == "Width") stream->width = Pixels(field);
    if (key == "Height") stream->height = Pixels(field);
    if (key == "Channels") stream->channels = Pixels(field);
    return simdjson::SUCCESS;
  });
}

}  // namespace

error_code ParseMediaStreams(ondemand::value streams, Item* item) {
  return ForEachElement(streams, [&](ondemand::value value) {
    Stream stream;
    const error_code error = ParseStream(value, &stream);
    if (stream.type == "Video" && !item->video.has_value()) {
      item->has_dolby_vision = stream.dolby_vision();
      item->has_hdr = stream.hdr();
      item->video = VideoStream{.width = stream.width,
                                .height = stream.height,
                                .codec = stream.codec,
                                .aspect_ratio = stream.aspect_ratio};
    } else if (stream.type == "Audio" && !item->audio.has_value()) {
      item->audio = AudioTrack{.codec = stream.codec,
                               .channels = stream.channels,
                               .profile = stream.profile,
                               .language = stream.language,
                               .display_title = stream.display_title};
    }
    return error;
  });
}

}  // namespace marquee::playlist
