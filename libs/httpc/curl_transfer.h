// One request with its redirects. Created on the caller's thread, then used on the loop's thread;
// only Resume and Cancel may be called on others.
#pragma once

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <curl/curl.h>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "libs/httpc/curl_inbox.h"
#include "libs/httpc/host_pool.h"
#include "libs/httpc/http_client.h"

struct curl_sockaddr;

namespace marquee::httpc {

class CurlTransfer final : public HttpExchange, public std::enable_shared_from_this<CurlTransfer> {
 public:
  struct Settings {
    std::string user_agent;
    absl::Duration connect_timeout;
    absl::Duration max_idle;  // an idle connection older than this is not reused
    HostPool* pool = nullptr;
  };
  // `started` and `deadline` are monotonic times.
  CurlTransfer(HttpRequest request, absl::Duration started, absl::Duration deadline,
               std::shared_ptr<ResponseHandler> handler, std::shared_ptr<CurlInbox> inbox);
  ~CurlTransfer() override;

  void Resume() override;
  void Cancel() override;
  // Cancels when `stop` is requested. Call once, right after posting kStart.
  void CancelOn(std::stop_token stop);

  // Prepares the handle for the first hop. Errors end the transfer.
  absl::Status Prepare(const Settings& settings);
  CURL* easy() const { return easy_.get(); }

  // What to do after the end of a hop.
  struct Conclusion {
    bool follow = false;  // the handle is ready for the next hop: add it to the multi handle again
    absl::Status status = {};  // else: the result of the request
  };
  Conclusion Conclude(CURLcode code);

  // The kDeadlineExceeded status with a message.
  absl::Status Expired() const;

  void Unpause();
  // Calls the handler once; later calls have no effect.
  void Finish(const absl::Status& status);

  const std::string& upstream() const { return request_.upstream; }
  absl::Duration started() const { return started_; }
  absl::Duration deadline() const { return deadline_; }
  int http_status() const { return status_; }
  // Summed over all hops.
  int new_connections() const { return new_connections_; }
  int reused_connections() const { return reused_connections_; }

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  absl::Status PrepareHop(const Url& url);
  absl::Status FollowRedirect();
  absl::Status SetHeaders(bool with_credentials);
  bool HeadIsComplete();

  static curl_socket_t OpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int CloseSocket(void* host, curl_socket_t socket);
  static int BeforeRequest(void* self, char* address, char* local, int port, int local_port);
  static size_t OnHeaderLine(char* line, size_t one, size_t size, void* self);
  static size_t OnBytes(char* bytes, size_t one, size_t size, void* self);

  const HttpRequest request_;
  const absl::Duration started_;
  const absl::Duration deadline_;
  const std::shared_ptr<ResponseHandler> handler_;
  const std::shared_ptr<CurlInbox> inbox_;

  Settings settings_;
  std::unique_ptr<CURL, FreeEasy> easy_;
  std::unique_ptr<curl_slist, FreeList> header_list_;
  std::string error_text_;  // curl writes CURL_ERROR_SIZE bytes here
  Url first_url_;
  Url url_;  // of this hop
  HostTrust trust_ = HostTrust::kRefused;
  HostPool::Visit visit_;  // request count at the host of this hop
  int hops_ = 0;

  HttpHead head_;
  int status_ = 0;
  size_t header_bytes_ = 0;
  size_t body_bytes_ = 0;
  bool head_complete_ = false;
  bool redirect_ = false;
  absl::Status abort_;           // why a callback stopped curl
  std::string refused_address_;  // the last one that the address policy rejected
  std::string tried_address_;    // the last one that it allowed
  int new_connections_ = 0;
  int reused_connections_ = 0;
  bool finished_ = false;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace marquee::httpc
