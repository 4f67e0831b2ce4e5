#include "services/playlist/sources/plex/plex_media.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "libs/base/strings.h"
#include "services/playlist/model/quality.h"

namespace marquee::playlist {

bool MentionsAny(std::string_view text, std::initializer_list<std::string_view> words) {
  const std::string lower = absl::AsciiStrToLower(base::ToAbslView(text));
  return std::ranges::any_of(
      words, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

namespace {

int32_t Pixels(ondemand::value value) {
  const int64_t pixels = IntegerOf(value).value_or(0);
  return pixels > 0 && pixels < 100'000 ? static_cast<int32_t>(pixels) : 0;
}

// Display form of `4k`, `1080`, `720p`, `sd`, for entries without a height.
std::string QualityOf(const std::string& resolution) {
  if (absl::EqualsIgnoreCase(resolution, "sd") || resolution == "480" || resolution == "576") {
    return "SD";
  }
  if (absl::EqualsIgnoreCase(resolution, "4k") || resolution == "2160") return "4K";
  if (resolution.empty()) return {};
  return resolution.find_first_not_of("0123456789") == std::string::npos ? resolution + "p"
                                                                         : resolution;
}

// A stream of a title requested alone; listings contain no streams.
error_code ParseStream(ondemand::value value, Item* item) {
  int64_t kind = 0;
  std::string color;
  bool dolby = false;
  VideoStream video;
  AudioTrack audio;
  const error_code error = ForEachField(value, [&](std::string_view key, ondemand::value field) {
    if (key == "streamType") kind = IntegerOf(field).value_or(0);
    if (key == "codec") video.codec = audio.codec = TextOf(field, 32);
    if (key == "width") video.width = Pixels(field);
    if (key == "height") video.height = Pixels(field);
    if (key == "channels") audio.channels = Pixels(field);
    if (key == "profile") audio.profile = TextOf(field, 64);
    if (key == "language") audio.language = TextOf(field, 64);
    if (key == "displayTitle") audio.display_title = TextOf(field, 128);
    if (key == "colorTrc" || key == "colorSpace") color += TextOf(field, 32) + " ";
    if (key == "DOVIPresent") dolby = IsTrue(field);
    return simdjson::SUCCESS;
  });
  if (kind == 1) {
    item->has_dolby_vision = item->has_dolby_vision || dolby;
    item->has_hdr =
        item->has_hdr || dolby || MentionsAny(color, {"pq", "hlg", "smpte2084", "bt2020"});
    if (item->video) video.aspect_ratio = item->video->aspect_ratio;
    item->video = video;
  } else if (kind == 2 && (!item->audio || item->audio->display_title.empty())) {
    item->audio = audio;
  }
  return error;
}

error_code ParseParts(ondemand::value parts, Item* item) {
  return ForEachElement(parts, [&](ondemand::value part) {
    return ForEachField(part, [&](std::string_view key, ondemand::value field) {
      if (key != "Stream") return simdjson::SUCCESS;
      return ForEachElement(field,
                            [&](ondemand::value stream) { return ParseStream(stream, item); });
    });
  });
}

}  // namespace

error_code ParsePlexMedia(ondemand::value versions, Item* item) {
  return ForEachElement(versions, [&](ondemand::value version) {
    std::string resolution;
    VideoStream video;
    AudioTrack audio;
    Item streams;
    const error_code error =
        ForEachField(version, [&](std::string_view key, ondemand::value field) {
          if (key == "videoResolution") resolution = TextOf(field, 16);
          if (key == "width") video.width = Pixels(field);
          if (key == "height") video.height = Pixels(field);
          if (key == "videoCodec") video.codec = TextOf(field, 32);
          if (key == "audioCodec") audio.codec = TextOf(field, 32);
          if (key == "audioChannels") audio.channels = Pixels(field);
          if (key == "audioProfile") audio.profile = TextOf(field, 64);
          if (key == "aspectRatio") {
            if (const auto ratio = NumberOf(field)) {
              video.aspect_ratio = fmt::format("{:.2f}:1", *ratio);
            } else {
              video.aspect_ratio = TextOf(field, 16);
            }
          }
          return key == "Part" ? ParseParts(field, &streams) : simdjson::SUCCESS;
        });
    if (item->video && video.height <= item->video->height) return error;
    item->quality_label = QualityOf(resolution);
    if (item->quality_label.empty()) item->quality_label = QualityLabel(video.width, video.height);
    item->video = video;
    item->audio = streams.audio.value_or(audio);
    item->has_hdr = streams.has_hdr;
    item->has_dolby_vision = streams.has_dolby_vision;
    return error;
  });
}

}  // namespace marquee::playlist
