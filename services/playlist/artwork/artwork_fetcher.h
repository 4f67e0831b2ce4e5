// Fetches an image, trailer or theme from its origin and enforces the rules for all origins: which
// paths may be requested, how large an image may be, and that only images and media are returned.
#pragma once

#include <absl/status/status.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/obs/metrics.h"
#include "services/playlist/artwork/cover_origin.h"
#include "services/playlist/model/artwork_substitutes.h"
#include "services/playlist/sources/active_sources.h"
#include "services/playlist/sources/artwork_origin.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

// Location of an original.
struct AtSource {
  std::string source;  // its name
  std::string path;    // beginning with one `/`
};
struct AtUrl {
  std::string url;
};
struct LocalFile {
  std::string path;  // relative to the root of any local source
};
struct PackEntry {
  std::string zip;    // path relative to the root of any local source
  std::string entry;  // poster, background, clearlogo, thumbnail, banner, trailer, theme
};
using ArtworkLocation = std::variant<AtSource, AtUrl, LocalFile, PackEntry>;

// Options of a request; as in ArtworkRequest.
struct ArtworkQuery {
  ArtworkKind kind = ArtworkKind::kImage;
  std::optional<ByteRange> range = std::nullopt;
  bool header_only = false;
  std::string if_validator = {};
};

// Prefix of the validator of an image that comes from another source than the requested one.
inline constexpr std::string_view kSubstitute = "substitute:";

// Metrics: marquee_artwork_fetches_total{source,result}, marquee_artwork_bytes_total{source},
// marquee_artwork_substitutes_total{result}.
// Thread-safe.
class ArtworkFetcher {
 public:
  // Dependencies of the fallback to images of other sources.
  struct Fallback {
    const ArtworkSubstitutes* substitutes = nullptr;  // null: no fallback
    const base::Clock* clock = nullptr;
  };

  // Constructor arguments must outlive the fetcher.
  ArtworkFetcher(const ActiveSources& active_sources, CoverOrigin& covers, obs::Metrics& metrics)
      : ArtworkFetcher(active_sources, covers, metrics, Fallback()) {}
  ArtworkFetcher(const ActiveSources& active_sources, CoverOrigin& covers, obs::Metrics& metrics,
                 Fallback fallback);

  // If an image cannot be fetched and other sources have the same title, their image is sent with a
  // validator that begins with kSubstitute. The first origin then has half of the time.
  //
  // Sends header and bytes to `sink` as ArtworkOrigin::Open does, with these additions. The content
  // type of an image is detected from its bytes; other bytes are rejected. Media must be image,
  // video or audio by the origin's content type. A body shorter than its announced length is
  // kUnavailable. Codes in addition to those of Open:
  //   kInvalidArgument    the location is malformed
  //   kNotFound           unknown source
  //   kPermissionDenied   the address is not allowed
  //   kResourceExhausted  the image is too large; reason TOO_LARGE
  absl::Status Fetch(const ArtworkLocation& location, const ArtworkQuery& wish,
                     const base::CallContext& context, ArtworkSink& sink);

 private:
  absl::Status FetchOnly(const ArtworkLocation& location, const ArtworkQuery& wish,
                         const base::CallContext& context, ArtworkSink& sink);
  absl::Status FetchFrom(ArtworkOrigin& origin, std::string_view name, std::string path,
                         const ArtworkQuery& wish, const base::CallContext& context,
                         ArtworkSink& sink);
  // Null: no source has this name.
  std::shared_ptr<Source> Find(std::string_view name) const;
  // From the first local source that has the file.
  absl::Status FetchLocal(const std::string& path, const ArtworkQuery& wish,
                          const base::CallContext& context, ArtworkSink& sink);

  const ActiveSources& active_sources_;
  CoverOrigin& covers_;
  obs::Metrics& metrics_;
  const Fallback fallback_;
};

// kInvalidArgument unless `path` begins with exactly one `/`, is UTF-8 of at most 4 KiB without
// control characters, and contains no `..` segment, percent-encoded or not.
absl::Status CheckArtworkPath(std::string_view path);

}  // namespace marquee::playlist
