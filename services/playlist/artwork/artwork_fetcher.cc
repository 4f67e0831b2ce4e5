#include "services/playlist/artwork/artwork_fetcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/artwork_path.h"
#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/playlist/artwork/guarding_sink.h"
#include "services/playlist/model/image_url.h"
#include "services/playlist/model/text.h"

namespace marquee::playlist {
namespace {

// Checks a relative path from one of our routes; `what` names the parameter.
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
      return "not_an_image";
    case absl::StatusCode::kResourceExhausted:
      return rpc::ReasonOf(status) == "TOO_LARGE" ? "too_large" : "unavailable";
    case absl::StatusCode::kCancelled:
      return "cancelled";
    default:
      return "unavailable";
  }
}

// Records that the header was sent, after which no other origin can be used; marks its validator.
class BeginningSink final : public ArtworkSink {
 public:
  BeginningSink(ArtworkSink& sink, std::string_view mark) : sink_(sink), mark_(mark) {}

  absl::Status OnHeader(const ArtworkHeader& header) override {
    begun_ = true;
    ArtworkHeader marked = header;
    marked.validator = std::string(mark_) + header.validator;
    return sink_.OnHeader(marked);
  }
  absl::Status OnChunk(std::string_view bytes) override { return sink_.OnChunk(bytes); }

  bool begun() const { return begun_; }

 private:
  ArtworkSink& sink_;
  const std::string_view mark_;
  bool begun_ = false;
};

// Failures of the origin, as opposed to invalid requests.
bool MaySubstitute(const absl::Status& status) {
  return !status.ok() && !absl::IsInvalidArgument(status) && !absl::IsCancelled(status);
}

std::vector<std::string> OthersOf(const ArtworkSubstitutes* substitutes,
                                  const ArtworkLocation& location, const ArtworkQuery& wish) {
  if (substitutes == nullptr || wish.kind != ArtworkKind::kImage) return {};
  if (const auto* at = std::get_if<AtSource>(&location)) {
    return substitutes->Of(ImageUrl(at->source, at->path, ""));
  }
  if (const auto* at = std::get_if<AtUrl>(&location)) return substitutes->Of(CoverUrl(at->url, ""));
  return {};
}

ArtworkLocation LocationOf(const std::string& url) {
  ImageAddress address = ParseImageUrl(url);
  if (!address.url.empty()) return AtUrl{.url = std::move(address.url)};
  return AtSource{.source = std::move(address.source), .path = std::move(address.path)};
}

void CountSubstitute(obs::Metrics& metrics, const char* result) {
  metrics
      .counter("marquee_artwork_substitutes_total",
               "Requests for images of other sources of a title after its first source failed.",
               {{"result", result}})
      .Add();
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
                               obs::Metrics& metrics, Fallback fallback)
    : active_sources_(active_sources), covers_(covers), metrics_(metrics), fallback_(fallback) {}

std::shared_ptr<Source> ArtworkFetcher::Find(std::string_view name) const {
  const auto sources = active_sources_.sources();
  const auto named = std::ranges::find(*sources, name, &Source::name);
  if (named != sources->end()) return *named;
  // The cinema page always uses this name, whatever the name of the server.
  if (name != "Plex Server") return nullptr;
  const auto plex = std::ranges::find(*sources, "plex", &Source::type);
  return plex == sources->end() ? nullptr : *plex;
}

absl::Status ArtworkFetcher::Fetch(const ArtworkLocation& location, const ArtworkQuery& wish,
                                   const base::CallContext& context, ArtworkSink& sink) {
  const std::vector<std::string> others = OthersOf(fallback_.substitutes, location, wish);
  ArtworkQuery own = wish;
  if (wish.if_validator.starts_with(kSubstitute)) own.if_validator.clear();
  if (others.empty()) return FetchOnly(location, own, context, sink);

  BeginningSink first(sink, "");
  base::CallContext half = context;
  const absl::Time now = fallback_.clock->Now();
  half.deadline = now + (context.deadline - now) / 2;
  absl::Status failed = FetchOnly(location, own, half, first);
  if (first.begun() || !MaySubstitute(failed)) return failed;

  ArtworkQuery substitute = wish;
  substitute.if_validator = wish.if_validator.starts_with(kSubstitute)
                                ? wish.if_validator.substr(kSubstitute.size())
                                : std::string();
  for (const std::string& url : others) {
    if (!context.Check(*fallback_.clock).ok()) break;
    BeginningSink marked(sink, kSubstitute);
    const absl::Status status = FetchOnly(LocationOf(url), substitute, context, marked);
    if (status.ok() || marked.begun()) {
      CountSubstitute(metrics_, status.ok() ? "sent" : "failed");
      return status;
    }
  }
  CountSubstitute(metrics_, "failed");
  return failed;
}

absl::Status ArtworkFetcher::FetchOnly(const ArtworkLocation& location, const ArtworkQuery& wish,
                                       const base::CallContext& context, ArtworkSink& sink) {
  if (const auto* at = std::get_if<AtSource>(&location)) {
    MARQUEE_RETURN_IF_ERROR(CheckArtworkPath(at->path));
    const auto source = Find(at->source);
    if (source == nullptr) {
      return absl::NotFoundError(fmt::format("unknown source \"{}\"", CleanText(at->source)));
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
  // A URL of a configured server becomes a path of that server, under the same rules.
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
  absl::Status status = absl::NotFoundError("no local source is configured");
  const auto sources = active_sources_.sources();
  for (const auto& source : *sources) {
    if (source->type() != "local") continue;
    // A source without the file returns an error before it sends anything.
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
      .counter("marquee_artwork_fetches_total", "Originals requested from a source.",
               {{"source", name}, {"result", ResultOf(status, guard.not_modified())}})
      .Add();
  metrics_
      .counter("marquee_artwork_bytes_total", "Bytes of originals read from a source.",
               {{"source", name}})
      .Add(static_cast<double>(guard.bytes()));
  return status;
}

}  // namespace marquee::playlist
