#include "services/playlist/service/source_door.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "libs/rpc/status.h"
#include "services/playlist/service/item_proto.h"

namespace marquee::playlist {
namespace {

constexpr int32_t kDefaultSources = 100;
constexpr int32_t kMostSources = 1000;

v1::SourceState StateOf(const SourceState& state) {
  if (state.up) return v1::SOURCE_STATE_OK;
  if (state.items > 0) return v1::SOURCE_STATE_STALE;
  const bool asked = state.last_attempt != absl::InfinitePast();
  return asked ? v1::SOURCE_STATE_FAILED : v1::SOURCE_STATE_UNSPECIFIED;
}

void FillSource(const SourceInfo& info, const SourceState& state, v1::Source* source) {
  source->set_name(info.name);
  source->set_type(info.type);
  source->set_location(info.location);
  source->set_read_only(true);
  source->mutable_libraries()->Assign(info.libraries.begin(), info.libraries.end());
  source->set_state(StateOf(state));
  source->set_items(static_cast<int32_t>(state.items));
  source->set_skipped(static_cast<int32_t>(state.skipped));
  source->set_last_error(state.last_error);
  if (state.last_success != absl::InfinitePast()) {
    *source->mutable_last_success() = ToProto(state.last_success);
  }
  if (state.last_attempt != absl::InfinitePast()) {
    *source->mutable_last_attempt() = ToProto(state.last_attempt);
    *source->mutable_last_duration() = ToProto(state.last_took);
  }
}

absl::Status List(const std::vector<SourceInfo>& infos, const std::vector<SourceState>& states,
                  const v1::ListSourcesRequest& request, v1::ListSourcesResponse* response) {
  if (request.page_size() < 0) return absl::InvalidArgumentError("page_size is negative");
  const int32_t size =
      request.page_size() == 0 ? kDefaultSources : std::min(request.page_size(), kMostSources);
  size_t offset = 0;
  const std::string& token = request.page_token();
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), offset);
  if (!token.empty() && (error != std::errc() || end != token.data() + token.size())) {
    return absl::InvalidArgumentError("page_token is none of ours");
  }
  for (; offset < infos.size() && response->sources_size() < size; ++offset) {
    FillSource(infos[offset], states[offset], response->add_sources());
  }
  if (offset < infos.size()) response->set_next_page_token(std::to_string(offset));
  return absl::OkStatus();
}

}  // namespace

SourceDoor::SourceDoor(const Refresher& refresher, std::vector<SourceInfo> infos)
    : refresher_(refresher), infos_(std::move(infos)) {}

grpc::ServerUnaryReactor* SourceDoor::ListSources(grpc::CallbackServerContext* context,
                                                  const v1::ListSourcesRequest* request,
                                                  v1::ListSourcesResponse* response) {
  // A copy of a few states: cheaper than handing the work to another thread.
  auto* reactor = context->DefaultReactor();
  reactor->Finish(rpc::ToGrpc(List(infos_, refresher_.source_states(), *request, response)));
  return reactor;
}

}  // namespace marquee::playlist
