// Keys: an original at its origin, and an image made from it.
#pragma once

#include <absl/status/status.h>

#include <string>

#include "services/imageproc/model/transform_spec.h"

namespace marquee::imageproc {

// Key of an original: its location and its version.
struct OriginalKey {
  std::string source;           // name of a configured source, used with `path`; or
  std::string path;             // begins with one '/'; may carry a query
  std::string url;              // a URL, with `source` and `path` empty
  std::string artwork_version;  // changes with the image; empty: unknown, revalidated periodically

  static OriginalKey AtSource(std::string source, std::string path,
                              std::string artwork_version = "");
  static OriginalKey AtUrl(std::string url, std::string artwork_version = "");

  // Stable text; different keys have different texts.
  std::string Text() const;
  // For log lines: `source "Den" /a/b`, or the URL without its query, which may contain a token.
  std::string DebugString() const;
  // kInvalidArgument: neither or both locations are set, or the path is relative, contains "..", or
  // is too long.
  absl::Status Check() const;

  bool operator==(const OriginalKey&) const = default;
};

struct ImageKey {
  OriginalKey original;
  TransformSpec spec;

  std::string Text() const;

  bool operator==(const ImageKey&) const = default;
};

}  // namespace marquee::imageproc
