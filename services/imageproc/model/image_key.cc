#include "services/imageproc/model/image_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/artwork_path.h"

namespace marquee::imageproc {
namespace {

// As base::kMaxArtworkPathBytes; URLs of cover hosts have a query beside their path.
constexpr size_t kMaxFieldBytes = 2048;

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

OriginalKey OriginalKey::AtSource(std::string source, std::string path,
                                  std::string artwork_version) {
  OriginalKey key;
  key.source = std::move(source);
  key.path = std::move(path);
  key.artwork_version = std::move(artwork_version);
  return key;
}

OriginalKey OriginalKey::AtUrl(std::string url, std::string artwork_version) {
  OriginalKey key;
  key.url = std::move(url);
  key.artwork_version = std::move(artwork_version);
  return key;
}

// The length prefixes distinguish ("a", "bc") from ("ab", "c").
std::string OriginalKey::Text() const {
  return fmt::format("{}:{}{}:{}{}:{}{}:{}", source.size(), source, path.size(), path, url.size(),
                     url, artwork_version.size(), artwork_version);
}

std::string OriginalKey::DebugString() const {
  if (!url.empty()) return url.substr(0, url.find('?'));
  return fmt::format("source \"{}\" {}", source, path);
}

absl::Status OriginalKey::Check() const {
  if (url.empty() == (source.empty() && path.empty())) {
    return absl::InvalidArgumentError("exactly one of url and source with path is needed");
  }
  for (const std::string* field : {&source, &path, &url, &artwork_version}) {
    if (field->size() > kMaxFieldBytes || HasControlCharacter(*field)) {
      return absl::InvalidArgumentError(
          fmt::format("a part of the location is longer than {} bytes or holds control characters",
                      kMaxFieldBytes));
    }
  }
  if (!url.empty()) {
    if (url.starts_with("http://") || url.starts_with("https://")) return absl::OkStatus();
    return absl::InvalidArgumentError("url must begin with http:// or https://");
  }
  if (source.empty()) return absl::InvalidArgumentError("path needs the name of its source");
  const std::string_view fault = base::ArtworkPathFault(path);
  return fault.empty() ? absl::OkStatus()
                       : absl::InvalidArgumentError(fmt::format("path {}", fault));
}

std::string ImageKey::Text() const { return spec.Text() + "|" + original.Text(); }

}  // namespace marquee::imageproc
