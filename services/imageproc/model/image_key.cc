#include "services/imageproc/model/image_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace marquee::imageproc {
namespace {

// Generous beside the contract's 500 characters a path: URLs of cover hosts are longer.
constexpr size_t kMaxFieldBytes = 2048;

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

absl::Status CheckPath(std::string_view path) {
  if (!path.starts_with('/') || path.starts_with("//")) {
    return absl::InvalidArgumentError("path must begin with a single slash");
  }
  const std::string_view without_query = path.substr(0, path.find('?'));
  for (size_t begin = 1; begin <= without_query.size();) {
    const size_t end = std::min(without_query.find('/', begin), without_query.size());
    if (without_query.substr(begin, end - begin) == "..") {
      return absl::InvalidArgumentError("path must not contain a .. segment");
    }
    begin = end + 1;
  }
  return absl::OkStatus();
}

}  // namespace

OriginalKey OriginalKey::AtSource(std::string source, std::string path, std::string validator) {
  OriginalKey key;
  key.source = std::move(source);
  key.path = std::move(path);
  key.validator = std::move(validator);
  return key;
}

OriginalKey OriginalKey::AtUrl(std::string url, std::string validator) {
  OriginalKey key;
  key.url = std::move(url);
  key.validator = std::move(validator);
  return key;
}

// Lengths in front keep ("a", "bc") and ("ab", "c") apart.
std::string OriginalKey::Text() const {
  return fmt::format("{}:{}{}:{}{}:{}{}:{}", source.size(), source, path.size(), path, url.size(),
                     url, validator.size(), validator);
}

std::string OriginalKey::DebugString() const {
  if (!url.empty()) return url.substr(0, url.find('?'));
  return fmt::format("source \"{}\" {}", source, path);
}

absl::Status OriginalKey::Check() const {
  if (url.empty() == (source.empty() && path.empty())) {
    return absl::InvalidArgumentError("exactly one of url and source with path is needed");
  }
  for (const std::string* field : {&source, &path, &url, &validator}) {
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
  return CheckPath(path);
}

std::string ImageKey::Text() const { return spec.Text() + "|" + original.Text(); }

}  // namespace marquee::imageproc
