// The thread that runs libcurl. All easy handles are used only on it.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <thread>
#include <unordered_map>

#include "libs/base/mutex.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/httpc/curl_inbox.h"
#include "libs/httpc/curl_transfer.h"
#include "libs/httpc/host_pool.h"
#include "libs/httpc/upstream_metrics.h"

namespace marquee::httpc {

// Start and Drain are thread-safe.
class CurlLoop {
 public:
  static absl::StatusOr<std::unique_ptr<CurlLoop>> Create(CurlHttpClient::Options options,
                                                          CurlHttpClient::Deps deps);
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  std::shared_ptr<HttpExchange> Start(HttpRequest request, base::CallContext context,
                                      std::shared_ptr<ResponseHandler> handler);
  void Drain(absl::Time deadline);

 private:
  struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  CurlLoop(CurlHttpClient::Options options, CurlHttpClient::Deps deps, CURLM* multi);

  void Run();
  void ProcessInbox();
  void Begin(const std::shared_ptr<CurlTransfer>& transfer);
  void CollectFinished();
  void ExpireOverdue();
  void CancelAll();
  // Removes the transfer from the loop and calls its handler.
  void End(const std::shared_ptr<CurlTransfer>& transfer, const absl::Status& status);
  absl::Duration UntilNextDeadline() const;

  const CurlHttpClient::Options options_;
  const base::Clock& clock_;
  UpstreamMetrics metrics_;
  HostPool pool_;  // before multi_, whose destructor closes connections
  const std::unique_ptr<CURLM, FreeMulti> multi_;
  const std::shared_ptr<CurlInbox> inbox_;
  std::unordered_map<CURL*, std::shared_ptr<CurlTransfer>> active_;  // the loop's thread only
  std::atomic<size_t> in_flight_ = 0;
  std::atomic<bool> draining_ = false;
  std::atomic<int64_t> drain_until_ns_ = 0;  // monotonic
  base::Mutex join_mutex_;
  std::thread thread_ MARQUEE_GUARDED_BY(join_mutex_);
};

}  // namespace marquee::httpc
