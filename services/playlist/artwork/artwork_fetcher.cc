#include "services/playlist/artwork/artwork_fetcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/artwork_path.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/playlist/artwork/guarding_sink.h"
#include "services/playlist/model/text.h"

namespace marquee::playlist {
namespace {

// Relative paths of our own routes; `what` names the parameter.
absl::Status CheckRelative(std::string_view path, std::string_view what) {
  const bool drive = path.size() > 1 && path[1] == ':';
  if (path.empty() || path.front() == '/' || path.front() == '\\' || drive) {
    return absl::InvalidArgumentError(fmt::format("{} must be a relative path", what));
  }
  return CheckArtworkPath(fmt::format("/{}", path));
}

std::string ResultOf(const absl::Status& status, bool not_modified) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return not_modified ? "not_modified" : "ok";
    case absl::StatusCode::kNotFound:
      return "not_found";
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kPermissionDenied:
      return "refused";
    case absl::StatusCode::kFailedPrecondition:
      return "not_a_picture";
    case absl::StatusCode::kResourceExhausted:
      return rpc::ReasonOf(status) == "TOO_LARGE" ? "too_large" : "unavailable";
    case absl::StatusCode::kCancelled:
      return "cancelled";
    default:
      return "unavailable";
  }
}

}  // namespace

absl::Status CheckArtworkPath(std::string_view path) {
  if (const std::string_view fault = base::ArtworkPathFault(path); !fault.empty()) {
    return absl::InvalidArgumentError(fmt::format("the path {}", fault));
  }
  if (!IsUtf8(path)) return absl::InvalidArgumentError("the path must be valid UTF-8");
  return absl::OkStatus();
}

ArtworkFetcher::ArtworkFetcher(const ActiveSources& active_sources, CoverOrigin& covers,
                               obs::Metrics& metrics)
    : active_sources_(active_sources), covers_(covers), metrics_(metrics) {}

std::shared_ptr<Source> ArtworkFetcher::Find(std::string_view name) const {
  const auto sources = active_sources_.sources();
  const auto named = std::ranges::find(*sources, name, &Source::name);
  if (named != sources->end()) return *named;
  // The cinema page writes this name whatever the server is called.
  if (name != "Plex Server") return nullptr;
  const auto plex = std::ranges::find(*sources, "plex", &Source::type);
  return plex == sources->end() ? nullptr : *plex;
}

absl::Status ArtworkFetcher::Fetch(const ArtworkLocation& location, const ArtworkQuery& wish,
                                   const base::CallContext& context, ArtworkSink& sink) {
  if (const auto* at = std::get_if<AtSource>(&location)) {
    MARQUEE_RETURN_IF_ERROR(CheckArtworkPath(at->path));
    const auto source = Find(at->source);
    if (source == nullptr) {
      return absl::NotFoundError(fmt::format("there is no source \"{}\"", CleanText(at->source)));
    }
    return FetchFrom(source->artwork(), source->name(), at->path, wish, context, sink);
  }
  if (const auto* file = std::get_if<LocalFile>(&location)) {
    MARQUEE_RETURN_IF_ERROR(CheckRelative(file->path, "path"));
    return FetchLocal("/" + file->path, wish, context, sink);
  }
  if (const auto* pack = std::get_if<PackEntry>(&location)) {
    MARQUEE_RETURN_IF_ERROR(CheckRelative(pack->zip, "zip"));
    return FetchLocal(fmt::format("/{}?entry={}", pack->zip, pack->entry), wish, context, sink);
  }
  // A URL of a configured server is that server's path, under the same rules.
  const std::string& url = std::get<AtUrl>(location).url;
  const auto sources = active_sources_.sources();
  for (const auto& source : *sources) {
    std::optional<std::string> path = source->PathOf(url);
    if (!path) continue;
    MARQUEE_RETURN_IF_ERROR(CheckArtworkPath(*path));
    return FetchFrom(source->artwork(), source->name(), *std::move(path), wish, context, sink);
  }
  return FetchFrom(covers_, CoverOrigin::kUpstream, url, wish, context, sink);
}

absl::Status ArtworkFetcher::FetchLocal(const std::string& path, const ArtworkQuery& wish,
                                        const base::CallContext& context, ArtworkSink& sink) {
  absl::Status status = absl::NotFoundError("there is no local source");
  const auto sources = active_sources_.sources();
  for (const auto& source : *sources) {
    if (source->type() != "local") continue;
    // An origin that does not have it has sent nothing.
    status = FetchFrom(source->artwork(), source->name(), path, wish, context, sink);
    if (!absl::IsNotFound(status)) return status;
  }
  return status;
}

absl::Status ArtworkFetcher::FetchFrom(ArtworkOrigin& origin, std::string_view source,
                                       std::string path, const ArtworkQuery& wish,
                                       const base::CallContext& context, ArtworkSink& sink) {
  ArtworkRequest request;
  request.path = std::move(path);
  request.kind = wish.kind;
  if (wish.kind == ArtworkKind::kMedia) request.range = wish.range;
  request.header_only = wish.header_only;
  request.if_validator = wish.if_validator;
  GuardingSink guard(sink, request, origin.max_image_bytes());

  absl::Status status = origin.Open(request, context, guard);
  if (status.ok()) status = guard.Finish();

  const std::string name(source);
  metrics_
      .counter("marquee_artwork_fetches_total", "Originals asked of a source.",
               {{"source", name}, {"result", ResultOf(status, guard.not_modified())}})
      .Add();
  metrics_
      .counter("marquee_artwork_bytes_total", "Bytes of originals read from a source.",
               {{"source", name}})
      .Add(static_cast<double>(guard.bytes()));
  return status;
}

}  // namespace marquee::playlist
