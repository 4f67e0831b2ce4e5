#include "libs/httpc/curl_transfer.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/httpc/address_policy.h"
#include "libs/httpc/curl_errors.h"
#include "libs/httpc/failure.h"

namespace marquee::httpc {
namespace {

constexpr int kMaxRedirects = 3;
// Ordinary responses have 1 KiB of headers; curl has no low limit of its own.
constexpr size_t kMaxHeaderBytes = size_t{64} << 10;
// The body of a redirect is read up to this size so that its connection can be reused.
constexpr size_t kMaxRedirectBody = size_t{64} << 10;
constexpr long kReceiveBuffer = 64L << 10;

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool Allowed(HostTrust trust, AddressKind kind) {
  if (kind == AddressKind::kPublic) return trust != HostTrust::kRefused;
  return kind == AddressKind::kLocal && trust == HostTrust::kConfigured;
}

bool HasControlCharacter(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

// Credentials are sent only to the host they were given for, and never after a step from https to
// http.
bool MayCarryCredentials(const Url& first, const Url& now) {
  return OnlyServer(first)(now) == HostTrust::kConfigured;
}

}  // namespace

CurlTransfer::CurlTransfer(HttpRequest request, absl::Duration started, absl::Duration deadline,
                           std::shared_ptr<ResponseHandler> handler,
                           std::shared_ptr<CurlInbox> inbox)
    : request_(std::move(request)),
      started_(started),
      deadline_(deadline),
      handler_(std::move(handler)),
      inbox_(std::move(inbox)),
      error_text_(CURL_ERROR_SIZE, '\0') {}

CurlTransfer::~CurlTransfer() = default;

void CurlTransfer::Resume() { inbox_->Post(shared_from_this(), CurlInbox::Operation::kResume); }

void CurlTransfer::Cancel() { inbox_->Post(shared_from_this(), CurlInbox::Operation::kCancel); }

void CurlTransfer::CancelOn(std::stop_token stop) {
  on_stop_.emplace(std::move(stop), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Cancel();
  });
}

absl::Status CurlTransfer::Prepare(const Settings& settings) {
  settings_ = settings;
  auto url = Url::Parse(request_.url);
  if (!url.ok()) {
    return MakeFailure(Failure::kBadRequest, std::string(base::MessageOf(url.status())));
  }
  first_url_ = *url;
  easy_.reset(curl_easy_init());
  if (easy_ == nullptr) return absl::InternalError("libcurl did not create a handle");

  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // Do not wait for a resolver thread that hangs: it would block the loop.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  // Without this curl would use a proxy from the environment, and the address check would see only
  // the proxy.
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, settings.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(settings.connect_timeout)));
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN,
                   static_cast<long>(absl::ToInt64Seconds(settings.max_idle)));
  if (request_.method == HttpRequest::Method::kHead) curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  if (request_.method == HttpRequest::Method::kPost) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  if (!request_.verify_tls) {
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  // Also decodes responses of servers that compress without being asked.
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, request_.accept_compressed ? "gzip, br" : "");
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &CloseSocket);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &BeforeRequest);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &OnHeaderLine);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &OnBytes);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  return PrepareHop(*url);
}

absl::Status CurlTransfer::PrepareHop(const Url& url) {
  trust_ = request_.host_rule ? request_.host_rule(url) : HostTrust::kPublic;
  if (trust_ == HostTrust::kRefused) {
    return MakeFailure(
        Failure::kHostRefused,
        hops_ == 0
            ? fmt::format("{} is neither a configured server nor an allowed host", url.Origin())
            : fmt::format("{} redirects to {}, which is not the configured address; if it is the "
                          "server's real address, configure it instead",
                          first_url_.Origin(), url.Origin()));
  }
  url_ = url;
  head_ = {};
  status_ = 0;
  header_bytes_ = 0;
  body_bytes_ = 0;
  head_complete_ = false;
  redirect_ = false;
  abort_ = absl::OkStatus();
  refused_address_.clear();
  tried_address_.clear();
  visit_ = settings_.pool->Enter(url.HostAndPort());
  curl_easy_setopt(easy_.get(), CURLOPT_CLOSESOCKETDATA, visit_.host());
  curl_easy_setopt(easy_.get(), CURLOPT_FORBID_REUSE, 0L);
  // A second request to a host that may speak HTTP/2 waits until the TLS handshake of the first one
  // has negotiated the protocol. Without TLS it would wait for the first response.
  curl_easy_setopt(easy_.get(), CURLOPT_PIPEWAIT, url.scheme == "https" ? 1L : 0L);
  curl_easy_setopt(easy_.get(), CURLOPT_URL, url.ToString().c_str());
  return SetHeaders(MayCarryCredentials(first_url_, url));
}

absl::Status CurlTransfer::SetHeaders(bool with_credentials) {
  header_list_.reset();
  const auto add = [&](const Header& header) -> absl::Status {
    if (HasControlCharacter(header.name) || HasControlCharacter(header.value)) {
      return MakeFailure(Failure::kBadRequest,
                         fmt::format("the value of header {} contains a line break or another "
                                     "control character",
                                     header.name));
    }
    if (header.value.empty()) return absl::OkStatus();
    curl_slist* list = header_list_.release();
    header_list_.reset(
        curl_slist_append(list, fmt::format("{}: {}", header.name, header.value).c_str()));
    return absl::OkStatus();
  };
  for (const Header& header : request_.headers) MARQUEE_RETURN_IF_ERROR(add(header));
  if (!request_.accept_compressed) {
    MARQUEE_RETURN_IF_ERROR(add({.name = "Accept-Encoding", .value = "identity"}));
  }
  if (with_credentials) {
    for (const Header& header : request_.credentials) MARQUEE_RETURN_IF_ERROR(add(header));
  }
  curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, header_list_.get());
  return absl::OkStatus();
}

CurlTransfer::Conclusion CurlTransfer::Conclude(CURLcode code) {
  long connects = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &connects);
  new_connections_ += static_cast<int>(connects);
  if (connects == 0 && status_ != 0) ++reused_connections_;

  // A redirect whose body was cut off counts as received.
  if (redirect_ && head_complete_ && (code == CURLE_OK || code == CURLE_WRITE_ERROR)) {
    if (auto status = FollowRedirect(); !status.ok()) return {false, std::move(status)};
    return {true, absl::OkStatus()};
  }
  if (!abort_.ok()) return {false, abort_};
  if (code == CURLE_OK && head_complete_) return {false, absl::OkStatus()};

  CurlSituation situation{.url = url_};
  situation.refused_address = refused_address_;
  situation.tried_address = tried_address_;
  situation.detail = error_text_.c_str();
  situation.connect_timeout = settings_.connect_timeout;
  situation.body_bytes = body_bytes_;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &situation.os_error);
  return {false, StatusOfCurl(code, situation)};
}

absl::Status CurlTransfer::FollowRedirect() {
  if (request_.method == HttpRequest::Method::kPost) {
    return MakeFailure(
        Failure::kProtocol,
        fmt::format("{} redirects to another address; configure that address instead",
                    first_url_.DebugString()));
  }
  if (++hops_ > kMaxRedirects) {
    return MakeFailure(
        Failure::kTooManyRedirects,
        fmt::format("{} redirected more than {} times", first_url_.DebugString(), kMaxRedirects));
  }
  const char* target = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &target);
  const auto url = Url::Parse(target == nullptr ? "" : target);
  if (!url.ok()) {
    return MakeFailure(
        Failure::kHostRefused,
        fmt::format("{} redirects to a URL that is not http or https", url_.DebugString()));
  }
  return PrepareHop(*url);
}

absl::Status CurlTransfer::Expired() const {
  const std::string where = url_.host.empty() ? "the server" : url_.DebugString();
  if (body_bytes_ > 0) {
    return MakeFailure(
        Failure::kDeadline,
        fmt::format("{}: the response was incomplete at the deadline ({} bytes were received)",
                    where, body_bytes_));
  }
  return MakeFailure(Failure::kDeadline, fmt::format("{}: no response before the deadline", where));
}

void CurlTransfer::Unpause() { curl_easy_pause(easy_.get(), CURLPAUSE_CONT); }

void CurlTransfer::Finish(const absl::Status& status) {
  if (std::exchange(finished_, true)) return;
  visit_ = {};
  handler_->OnDone(status);
}

curl_socket_t CurlTransfer::OpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  std::string text = TextOf(address->addr);
  if (!Allowed(transfer.trust_, KindOf(address->addr))) {
    transfer.refused_address_ = std::move(text);
    return CURL_SOCKET_BAD;
  }
  transfer.tried_address_ = std::move(text);
  const curl_socket_t opened =
      socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (opened != CURL_SOCKET_BAD) transfer.visit_.host()->Opened();
  return opened;
}

// The connection may outlive the request that opened it; `host` belongs to the pool.
int CurlTransfer::CloseSocket(void* host, curl_socket_t socket) {
  static_cast<HostPool::Host*>(host)->Closed();
  return close(socket);
}

// Also called for a pooled connection, which a request with more trust may have opened.
int CurlTransfer::BeforeRequest(void* self, char* address, char* /*local*/, int /*port*/,
                                int /*local_port*/) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (Allowed(transfer.trust_, KindOfText(address))) return CURL_PREREQFUNC_OK;
  transfer.refused_address_ = address;
  return CURL_PREREQFUNC_ABORT;
}

size_t CurlTransfer::OnHeaderLine(char* line, size_t /*one*/, size_t size, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.head_complete_) return size;  // trailers are ignored
  transfer.header_bytes_ += size;
  if (transfer.header_bytes_ > kMaxHeaderBytes) {
    transfer.abort_ = MakeFailure(Failure::kTooLarge,
                                  fmt::format("{}: more than {} KiB of headers",
                                              transfer.url_.DebugString(), kMaxHeaderBytes >> 10));
    return 0;
  }
  std::string_view text(line, size);
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  if (text.starts_with("HTTP/")) {  // a status line; 1xx responses precede the final one
    const size_t space = text.find(' ');
    transfer.head_ = {};
    transfer.status_ = space == std::string_view::npos
                           ? 0
                           : std::atoi(std::string(text.substr(space + 1)).c_str());
    transfer.head_.status = transfer.status_;
  } else if (text.empty()) {
    if (transfer.status_ >= 200 && !transfer.HeadIsComplete()) return 0;
  } else if (const size_t colon = text.find(':'); colon != std::string_view::npos) {
    std::string_view value = text.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
      value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    transfer.head_.headers.push_back({std::string(text.substr(0, colon)), std::string(value)});
  }
  return size;
}

// False: the body is not wanted; abort_ is the reason.
bool CurlTransfer::HeadIsComplete() {
  head_complete_ = true;
  if (!visit_.MayKeepConnection()) curl_easy_setopt(easy_.get(), CURLOPT_FORBID_REUSE, 1L);
  redirect_ = IsRedirect(status_) && !head_.header("location").empty();
  if (redirect_) return true;
  const bool has_body = request_.method != HttpRequest::Method::kHead && status_ != 304;
  const std::string_view coding = head_.header("content-encoding");
  if (has_body && status_ == 206 && !coding.empty() && coding != "identity") {
    abort_ = MakeFailure(
        Failure::kProtocol,
        fmt::format("{}: a part of a compressed body cannot be decoded", url_.DebugString()));
    return false;
  }
  if (has_body && head_.content_length().value_or(0) > request_.max_body_bytes) {
    abort_ = MakeFailure(
        Failure::kTooLarge,
        fmt::format("{}: Content-Length is {} bytes, the limit is {}", url_.DebugString(),
                    *head_.content_length(), request_.max_body_bytes));
    return false;
  }
  handler_->OnHead(std::move(head_));
  return true;
}

size_t CurlTransfer::OnBytes(char* bytes, size_t /*one*/, size_t size, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.redirect_) {
    transfer.body_bytes_ += size;
    return transfer.body_bytes_ > kMaxRedirectBody ? 0 : size;
  }
  if (transfer.body_bytes_ + size > transfer.request_.max_body_bytes) {
    transfer.abort_ =
        MakeFailure(Failure::kTooLarge,
                    fmt::format("{}: the body is larger than the limit of {} bytes",
                                transfer.url_.DebugString(), transfer.request_.max_body_bytes));
    return 0;
  }
  if (transfer.handler_->OnBody({bytes, size}) == ResponseHandler::Flow::kFull) {
    return CURL_WRITEFUNC_PAUSE;
  }
  transfer.body_bytes_ += size;
  return size;
}

}  // namespace marquee::httpc
