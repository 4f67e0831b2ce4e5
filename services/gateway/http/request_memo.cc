#include "services/gateway/http/request_memo.h"

#include <atomic>

#include "services/gateway/http/request_id.h"

namespace marquee::gateway {

std::optional<IncomingRequest> RequestMemo::Recall(std::string_view bytes) {
  if (last_.request != nullptr && bytes == bytes_ && last_.request.use_count() == 1) {
    // Synchronises with the last owner on another thread: its writes happen before ours.
    std::atomic_thread_fence(std::memory_order_acquire);
    last_.request->id = NextRequestId();
    last_.request->client = nullptr;
    return last_;
  }
  bytes_ = bytes;
  last_ = {};
  return std::nullopt;
}

}  // namespace marquee::gateway
