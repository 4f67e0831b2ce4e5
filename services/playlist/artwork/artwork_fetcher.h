// Finds where a picture or a trailer comes from and keeps the rules that bind every origin: which
// paths may be asked for, how large a picture may be, and that only pictures and media come out.
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

// Where something is.
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

// How it is wanted; as in ArtworkRequest.
struct ArtworkQuery {
  ArtworkKind kind = ArtworkKind::kImage;
  std::optional<ByteRange> range = std::nullopt;
  bool header_only = false;
  std::string if_validator = {};
};

// What the validator of a picture begins with that another source gave in place of the one asked
// for.
inline constexpr std::string_view kSubstitute = "substitute:";

// Metrics: marquee_artwork_fetches_total{source,result}, marquee_artwork_bytes_total{source},
// marquee_artwork_substitutes_total{result}.
// Thread-safe.
class ArtworkFetcher {
 public:
  // What it takes to fall back to the picture of another source.
  struct Fallback {
    const ArtworkSubstitutes* substitutes = nullptr;  // null: there is no falling back
    const base::Clock* clock = nullptr;
  };

  // All of these must outlive the fetcher.
  ArtworkFetcher(const ActiveSources& active_sources, CoverOrigin& covers, obs::Metrics& metrics)
      : ArtworkFetcher(active_sources, covers, metrics, Fallback()) {}
  ArtworkFetcher(const ActiveSources& active_sources, CoverOrigin& covers, obs::Metrics& metrics,
                 Fallback fallback);

  // When a picture cannot be had and its title is at other sources, too, theirs is sent, with a
  // validator that begins with kSubstitute. The first origin then has half of the time.
  //
  // Sends header and bytes into `sink` as ArtworkOrigin::Open does, with these additions. A picture
  // has the content type that its bytes have, and is refused when they have none; media must be
  // picture, video or sound by what the origin says. A body that ends before its announced length
  // is kUnavailable. Codes beyond those of Open:
  //   kInvalidArgument    the location is malformed
  //   kNotFound           there is no such source
  //   kPermissionDenied   the address is not one that may be asked for
  //   kResourceExhausted  the picture is too large; reason TOO_LARGE
  absl::Status Fetch(const ArtworkLocation& location, const ArtworkQuery& wish,
                     const base::CallContext& context, ArtworkSink& sink);

 private:
  absl::Status FetchOnly(const ArtworkLocation& location, const ArtworkQuery& wish,
                         const base::CallContext& context, ArtworkSink& sink);
  absl::Status FetchFrom(ArtworkOrigin& origin, std::string_view name, std::string path,
                         const ArtworkQuery& wish, const base::CallContext& context,
                         ArtworkSink& sink);
  // null: there is none of that name.
  std::shared_ptr<Source> Find(std::string_view name) const;
  // From the first local source that has it.
  absl::Status FetchLocal(const std::string& path, const ArtworkQuery& wish,
                          const base::CallContext& context, ArtworkSink& sink);

  const ActiveSources& active_sources_;
  CoverOrigin& covers_;
  obs::Metrics& metrics_;
  const Fallback fallback_;
};

// kInvalidArgument unless `path` begins with exactly one `/`, is UTF-8 of at most 4 KiB without
// control characters, and has no `..` segment, percent-encoded or not.
absl::Status CheckArtworkPath(std::string_view path);

}  // namespace marquee::playlist
