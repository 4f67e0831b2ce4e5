// Which picture is meant, at its origin and as an answer.
#pragma once

#include <absl/status/status.h>

#include <string>

#include "services/imageproc/model/transform_spec.h"

namespace marquee::imageproc {

// An original: a place, and the version of what is there.
struct OriginalKey {
  std::string source;     // name of a configured source, with `path`; or
  std::string path;       // begins with one '/'; may carry a query
  std::string url;        // an address, with `source` and `path` empty
  std::string validator;  // changes with the picture; empty: unknown, revalidate now and then

  static OriginalKey AtSource(std::string source, std::string path, std::string validator = "");
  static OriginalKey AtUrl(std::string url, std::string validator = "");

  // Stable text, unequal for unequal keys.
  std::string Text() const;
  // For log lines: `source "Den" /a/b` or the address without its query, which may hold a token.
  std::string DebugString() const;
  // kInvalidArgument: neither or both places, a path that is relative or climbs, too long.
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
