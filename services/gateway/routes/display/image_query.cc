#include "services/gateway/routes/display/image_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "libs/base/artwork_path.h"
#include "services/gateway/http/encoding.h"
#include "services/gateway/http/headers.h"
#include "services/gateway/routes/core/query_rules.h"

namespace marquee::gateway {
namespace {

constexpr size_t kMaxServer = 100;
constexpr size_t kMaxUrl = 2048;
constexpr size_t kMaxArtworkVersion = 128;
constexpr int kMaxSize = 4000;

constexpr std::array<std::pair<std::string_view, ImageFit>, 3> kFits{{
    {"cover", ImageFit::kCover},
    {"contain", ImageFit::kContain},
    {"inside", ImageFit::kInside},
}};
constexpr std::array<std::pair<std::string_view, ImagePosition>, 5> kPositions{{
    {"centre", ImagePosition::kCentre},
    {"center", ImagePosition::kCentre},
    {"top", ImagePosition::kTop},
    {"attention", ImagePosition::kAttention},
    {"entropy", ImagePosition::kEntropy},
}};
constexpr std::array<std::pair<std::string_view, ImageFormat>, 3> kFormats{{
    {"jpeg", ImageFormat::kJpeg},
    {"webp", ImageFormat::kWebp},
    {"png", ImageFormat::kPng},
}};

// Maximum pixels of a response. The most expensive format takes 12 bytes per pixel in the image
// service (services/imageproc/transform/decode_cost.cc), which is three quarters of its default
// memory budget; a 4K screen has 8.3 million pixels.
constexpr double kMaxPixels = 16'000'000;
// AVIF takes 40 bytes and 180 ns per pixel there, so it is limited to a screen of 2560 × 1440.
constexpr double kMaxAvifPixels = 3'700'000;
// Assumed ratio if only one side is given: a poster is three units high and two wide.
constexpr double kFreeSide = 1.5;

double PixelsOf(const ImageRequest& request) {
  const double ratio = request.device_pixel_ratio == 0 ? 1 : request.device_pixel_ratio;
  const double width = request.width > 0 ? request.width : request.height * kFreeSide;
  const double height = request.height > 0 ? request.height : request.width * kFreeSide;
  return width * height * ratio * ratio;
}

// Lowers a pixel ratio that would exceed the pixels of any screen, so that the image can still be
// served.
void BoundPixels(ImageRequest& request) {
  const double pixels = PixelsOf(request);
  if (pixels <= kMaxPixels || request.device_pixel_ratio <= 1) return;
  request.device_pixel_ratio = std::max(
      1.0, std::floor(request.device_pixel_ratio * std::sqrt(kMaxPixels / pixels) * 100) / 100);
}

bool IsUriCharacter(char c) {
  constexpr std::string_view kOther = "-._~:/?#[]@!$&'()*+,;=%";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOther.find(c) != std::string_view::npos;
}

template <class Table, class Value>
void Choose(QueryRules& rules, const Query& query, std::string_view name, const Table& table,
            Value& value) {
  const auto text = query.Get(name);
  if (!text) return;
  for (const auto& [word, meaning] : table) {
    if (EqualsIgnoreCase(*text, word)) {
      value = meaning;
      return;
    }
  }
  std::string words;
  for (const auto& [word, meaning] : table)
    words += fmt::format("{}{}", words.empty() ? "" : ", ", word);
  rules.Note(name, fmt::format("\"{}\" must be one of [{}]", name, words));
}

void ParsePlace(QueryRules& rules, const Query& query, ImageRequest& request) {
  const auto url = query.Get("url");
  const auto server = query.Get("server");
  const auto path = query.Get("path");
  if (url) {
    request.url = rules.Text("url", kMaxUrl).value_or("");
    if (const auto fault = UrlFault(request.url); !request.url.empty() && !fault.empty()) {
      rules.Note("url", fmt::format("\"url\" {}", fault));
    }
    return;
  }
  if (!server && !path) {
    rules.Note("url", "either \"url\" or \"server\" with \"path\" is required");
    return;
  }
  if (!server) rules.Note("server", "\"server\" is required with \"path\"");
  if (!path) rules.Note("path", "\"path\" is required with \"server\"");
  request.source = rules.Text("server", kMaxServer).value_or("");
  request.path = rules.Text("path", base::kMaxArtworkPathBytes).value_or("");
  if (const auto fault = base::ArtworkPathFault(request.path);
      !request.path.empty() && !fault.empty()) {
    rules.Note("path", fmt::format("\"path\" {}", fault));
  }
}

// The most compact format that the display accepts by name. "*/*" does not count: televisions send
// it although they cannot show every format. kOriginal: none is named.
ImageFormat BestTaken(std::string_view accept, bool avif) {
  if (avif && WeightOf(accept, "image/avif") > 0) return ImageFormat::kAvif;
  if (WeightOf(accept, "image/webp") > 0) return ImageFormat::kWebp;
  return ImageFormat::kOriginal;
}

}  // namespace

std::string_view UrlFault(std::string_view url) {
  size_t host = 0;
  if (url.size() > 7 && EqualsIgnoreCase(url.substr(0, 7), "http://")) host = 7;
  if (url.size() > 8 && EqualsIgnoreCase(url.substr(0, 8), "https://")) host = 8;
  if (host == 0) return "must be a valid uri with a scheme matching the http|https pattern";
  if (url[host] == '/' || url[host] == '?' || url[host] == '#') return "must name a host";
  if (!std::all_of(url.begin(), url.end(), IsUriCharacter)) return "must be a valid uri";
  for (size_t i = 0; i < url.size(); ++i) {
    if (url[i] != '%') continue;
    const auto hex = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    if (i + 2 >= url.size() || !hex(url[i + 1]) || !hex(url[i + 2])) return "must be a valid uri";
  }
  return "";
}

ImageRequest ParseImageQuery(const Query& query, std::string_view accept,
                             const ImageFormats& formats, std::vector<FieldError>& errors) {
  QueryRules rules(query);
  ImageRequest request;
  ParsePlace(rules, query, request);
  request.width = rules.Integer("width", 1, kMaxSize).value_or(0);
  request.height = rules.Integer("height", 1, kMaxSize).value_or(0);
  request.quality = rules.Integer("quality", 1, 100).value_or(0);
  request.device_pixel_ratio = rules.Number("dpr", 0.5, 4).value_or(0);
  Choose(rules, query, "fit", kFits, request.fit);
  Choose(rules, query, "position", kPositions, request.position);
  const bool automatic = EqualsIgnoreCase(query.Get("format").value_or(""), "auto");
  if (!automatic) Choose(rules, query, "format", kFormats, request.format);
  // `v` only identifies a version of the image; a longer one was not issued by Marquee.
  if (const auto v = query.Get("v"); v && v->size() <= kMaxArtworkVersion)
    request.artwork_version = *v;

  const bool resized = request.width > 0 || request.height > 0;
  if (!resized) {
    // No size is given, so dpr and fit have no effect; one cache key for all their values.
    request.device_pixel_ratio = 0;
    request.fit = ImageFit::kDefault;
  }
  // Only a crop has a position: both sides are given and the image fills them.
  const bool cropped = request.width > 0 && request.height > 0 &&
                       (request.fit == ImageFit::kDefault || request.fit == ImageFit::kCover);
  if (!cropped) request.position = ImagePosition::kCentre;
  BoundPixels(request);
  if (automatic || (resized && request.format == ImageFormat::kOriginal)) {
    request.negotiated = true;
    request.format =
        BestTaken(accept, automatic && formats.avif && PixelsOf(request) <= kMaxAvifPixels);
    if (automatic && request.format == ImageFormat::kOriginal) request.format = ImageFormat::kJpeg;
  }
  errors.insert(errors.end(), rules.errors().begin(), rules.errors().end());
  return request;
}

}  // namespace marquee::gateway
