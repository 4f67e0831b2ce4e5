// Queue of operations from any thread to the loop's thread.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <utility>
#include <vector>

#include "libs/base/mutex.h"

namespace marquee::httpc {

class CurlTransfer;

// Thread-safe. Bounded by the number of transfers: each has at most one start, one cancel and one
// resume per pause in the queue.
class CurlInbox {
 public:
  enum class Operation { kStart, kResume, kCancel };
  using Item = std::pair<std::shared_ptr<CurlTransfer>, Operation>;

  explicit CurlInbox(CURLM* multi) : multi_(multi) {}

  // Wakes the loop. False: the loop has ended, nothing will happen.
  bool Post(std::shared_ptr<CurlTransfer> transfer, Operation operation) {
    const base::MutexLock lock(mutex_);
    if (multi_ == nullptr) return false;
    items_.emplace_back(std::move(transfer), operation);
    curl_multi_wakeup(multi_);
    return true;
  }

  void Wake() {
    const base::MutexLock lock(mutex_);
    if (multi_ != nullptr) curl_multi_wakeup(multi_);
  }

  std::vector<Item> Take() {
    const base::MutexLock lock(mutex_);
    return std::exchange(items_, {});
  }

  // Stops accepting operations; returns those that were not processed.
  std::vector<Item> Close() {
    const base::MutexLock lock(mutex_);
    multi_ = nullptr;
    return std::exchange(items_, {});
  }

 private:
  base::Mutex mutex_;
  CURLM* multi_ MARQUEE_GUARDED_BY(mutex_);
  std::vector<Item> items_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::httpc
