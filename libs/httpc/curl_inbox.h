// Orders from any thread to the loop's thread.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <utility>
#include <vector>

#include "libs/base/mutex.h"

namespace marquee::httpc {

class CurlTransfer;

// Thread-safe. Bounded by the transfers in hand: each has at most a start, a cancel and one
// resume outstanding per pause.
class CurlInbox {
 public:
  enum class Order { kStart, kResume, kCancel };
  using Item = std::pair<std::shared_ptr<CurlTransfer>, Order>;

  explicit CurlInbox(CURLM* multi) : multi_(multi) {}

  // Wakes the loop. False: the loop has ended, nothing will happen.
  bool Post(std::shared_ptr<CurlTransfer> transfer, Order order) {
    const base::MutexLock lock(mutex_);
    if (multi_ == nullptr) return false;
    items_.emplace_back(std::move(transfer), order);
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

  // No order is taken after this; what was not yet seen is returned.
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
