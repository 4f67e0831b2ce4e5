#include "services/playlist/service/source_service_impl.h"

#include <absl/strings/str_join.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/rpc/status.h"
#include "libs/rpc/unary.h"
#include "services/playlist/service/item_proto.h"
#include "services/playlist/service/page_token.h"

namespace marquee::playlist {
namespace {

constexpr int32_t kDefaultSources = 100;
constexpr int32_t kDefaultLibraries = 200;

v1::SourceState StateOf(const SourceState& state) {
  if (state.up) return v1::SOURCE_STATE_OK;
  if (state.items > 0) return v1::SOURCE_STATE_STALE;
  const bool asked = state.last_attempt != absl::InfinitePast();
  return asked ? v1::SOURCE_STATE_FAILED : v1::SOURCE_STATE_UNSPECIFIED;
}

static_assert(static_cast<int>(SourceFailure::kOther) == v1::SOURCE_FAILURE_OTHER &&
                  static_cast<int>(SourceFailure::kShrunk) == v1::SOURCE_FAILURE_SHRUNK,
              "the values of both are the same");

v1::BreakerState StateOf(httpc::BreakerState state) {
  switch (state) {
    case httpc::BreakerState::kClosed:
      return v1::BREAKER_STATE_CLOSED;
    case httpc::BreakerState::kHalfOpen:
      return v1::BREAKER_STATE_HALF_OPEN;
    case httpc::BreakerState::kOpen:
      return v1::BREAKER_STATE_OPEN;
  }
  return v1::BREAKER_STATE_UNSPECIFIED;
}

void FillState(const SourceState& state, v1::Source* source) {
  source->set_state(StateOf(state));
  source->set_items(static_cast<int32_t>(state.items));
  source->set_skipped(static_cast<int32_t>(state.skipped));
  source->set_last_error(state.last_error);
  source->set_failure(static_cast<v1::SourceFailure>(state.failure));
  source->mutable_warnings()->Add(state.warnings.begin(), state.warnings.end());
  if (state.last_success != absl::InfinitePast()) {
    *source->mutable_last_success() = ToProto(state.last_success);
  }
  if (state.last_attempt != absl::InfinitePast()) {
    *source->mutable_last_attempt() = ToProto(state.last_attempt);
    *source->mutable_last_duration() = ToProto(state.last_took);
  }
}

void FillInfo(const SourceInfo& info, v1::Source* source) {
  source->set_name(info.name);
  source->set_type(info.type);
  source->set_location(info.location);
  source->set_read_only(!info.is_added);
  source->mutable_libraries()->Assign(info.libraries.begin(), info.libraries.end());
  source->mutable_warnings()->Assign(info.remarks.begin(), info.remarks.end());
  if (!info.is_enabled) source->set_state(v1::SOURCE_STATE_DISABLED);
}

// One page of a list; its token is the offset.
struct Page {
  size_t offset = 0;
  size_t size = 0;
};

absl::StatusOr<Page> PageOf(int32_t size, const std::string& token, int32_t otherwise) {
  if (size < 0) return absl::InvalidArgumentError("page_size is negative");
  Page page{.offset = 0,
            .size = static_cast<size_t>(size == 0 ? otherwise : std::min(size, kLargestPage))};
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), page.offset);
  if (!token.empty() && (error != std::errc() || end != token.data() + token.size())) {
    return absl::InvalidArgumentError(
        "page_token is invalid; use next_page_token of the previous page");
  }
  return page;
}

SourceTrial TrialOf(const v1::SourceTarget& target) {
  return {.name = target.name(),
          .type = target.type(),
          .url = target.url(),
          .path = target.path(),
          .token = target.token(),
          .username = target.username(),
          .password = target.password(),
          .insecure_tls = target.insecure_tls()};
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return absl::StrJoin(texts, ",");
}

ItemFilter FilterOf(const v1::ItemFilter& filter) {
  ItemFilter parsed;
  parsed.genres = ParseGenres(Joined(filter.genres()));
  parsed.content_ratings =
      ParseContentRatings({filter.content_ratings().begin(), filter.content_ratings().end()});
  parsed.years = ParseYears(Joined(filter.years()));
  parsed.qualities = ParseQualities(Joined(filter.qualities()));
  parsed.collections = ParseCollections({filter.collections().begin(), filter.collections().end()});
  if (filter.has_added_within()) {
    parsed.added_within = absl::Seconds(filter.added_within().seconds());
  }
  parsed.min_rating = filter.min_rating();
  return parsed;
}

// A failed test is a successful response; only invalid settings fail the call.
absl::Status FillOutcome(const absl::StatusOr<ServerInfo>& info, v1::TestSourceResponse& response) {
  if (absl::IsInvalidArgument(info.status()) || absl::IsNotFound(info.status()) ||
      absl::IsCancelled(info.status())) {
    return info.status();
  }
  response.set_success(info.ok());
  if (!info.ok()) {
    response.set_message(std::string(base::MessageOf(info.status())));
    return absl::OkStatus();
  }
  response.set_server_name(info->name);
  response.set_server_version(info->version);
  const std::string what =
      info->version.empty() ? info->name : fmt::format("{} {}", info->name, info->version);
  response.set_message(info->found.empty() ? fmt::format("Connected to {}", what)
                                           : fmt::format("Connected to {}: {}", what, info->found));
  return absl::OkStatus();
}

}  // namespace

absl::Status SourceServiceImpl::List(const v1::ListSourcesRequest& request,
                                     v1::ListSourcesResponse* response) const {
  MARQUEE_ASSIGN_OR_RETURN(const Page page,
                           PageOf(request.page_size(), request.page_token(), kDefaultSources));
  const auto infos = deps_.infos();
  const auto states = deps_.refresher.source_states();
  size_t at = page.offset;
  for (; at < infos.size() && at - page.offset < page.size; ++at) {
    const SourceInfo& info = infos[at];
    v1::Source* source = response->add_sources();
    FillInfo(info, source);
    if (info.is_remote) source->set_breaker(StateOf(deps_.breaker(info.name)));
    // A source that was just added may not be in the states yet.
    const auto state = std::ranges::find(states, info.name, &SourceState::name);
    if (info.is_enabled && state != states.end()) FillState(*state, source);
  }
  if (at < infos.size()) response->set_next_page_token(std::to_string(at));
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* SourceServiceImpl::ListSources(grpc::CallbackServerContext* context,
                                                         const v1::ListSourcesRequest* request,
                                                         v1::ListSourcesResponse* response) {
  // Copying a few states is cheaper than passing the work to another thread.
  auto* reactor = context->DefaultReactor();
  reactor->Finish(rpc::ToGrpc(List(*request, response)));
  return reactor;
}

grpc::ServerUnaryReactor* SourceServiceImpl::TestSource(grpc::CallbackServerContext* context,
                                                        const v1::TestSourceRequest* request,
                                                        v1::TestSourceResponse* response) {
  return rpc::RunUnary(*context, deps_.questions, deps_.clock, *request, *response,
                       [this](const base::CallContext& call, const v1::TestSourceRequest& in,
                              v1::TestSourceResponse& out) {
                         return FillOutcome(deps_.queries.Test(TrialOf(in.target()), call), out);
                       });
}

grpc::ServerUnaryReactor* SourceServiceImpl::ListLibraries(grpc::CallbackServerContext* context,
                                                           const v1::ListLibrariesRequest* request,
                                                           v1::ListLibrariesResponse* response) {
  return rpc::RunUnary(
      *context, deps_.questions, deps_.clock, *request, *response,
      [this](const base::CallContext& call, const v1::ListLibrariesRequest& in,
             v1::ListLibrariesResponse& out) -> absl::Status {
        MARQUEE_ASSIGN_OR_RETURN(const Page page,
                                 PageOf(in.page_size(), in.page_token(), kDefaultLibraries));
        MARQUEE_ASSIGN_OR_RETURN(const auto libraries,
                                 deps_.queries.ListLibraries(TrialOf(in.target()), call));
        size_t at = page.offset;
        for (; at < libraries.size() && at - page.offset < page.size; ++at) {
          auto* library = out.add_libraries();
          library->set_key(libraries[at].key);
          library->set_name(libraries[at].name);
          library->set_type(libraries[at].type);
          library->set_items(static_cast<int32_t>(libraries[at].items));
        }
        if (at < libraries.size()) out.set_next_page_token(std::to_string(at));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* SourceServiceImpl::PreviewFilter(grpc::CallbackServerContext* context,
                                                           const v1::PreviewFilterRequest* request,
                                                           v1::PreviewFilterResponse* response) {
  return rpc::RunUnary(
      *context, deps_.questions, deps_.clock, *request, *response,
      [this](const base::CallContext& call, const v1::PreviewFilterRequest& in,
             v1::PreviewFilterResponse& out) -> absl::Status {
        FilterTrial trial;
        trial.movie_libraries = {in.movie_libraries().begin(), in.movie_libraries().end()};
        trial.show_libraries = {in.show_libraries().begin(), in.show_libraries().end()};
        trial.platforms = {in.platforms().begin(), in.platforms().end()};
        trial.filter = FilterOf(in.filter());
        MARQUEE_ASSIGN_OR_RETURN(const FilterCounts counts,
                                 deps_.queries.Preview(in.source(), trial, call));
        out.set_movies(static_cast<int32_t>(counts.movies));
        out.set_shows(static_cast<int32_t>(counts.shows));
        out.set_games(static_cast<int32_t>(counts.games));
        out.set_unfiltered(static_cast<int32_t>(counts.unfiltered));
        return absl::OkStatus();
      });
}

}  // namespace marquee::playlist
