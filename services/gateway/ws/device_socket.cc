#include "services/gateway/ws/device_socket.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/strings.h"
#include "libs/rpc/error_info.h"
#include "services/gateway/limits/token_bucket.h"
#include "services/gateway/ws/device_frames.h"
#include "services/gateway/ws/early_socket.h"
#include "services/gateway/ws/socket_opening.h"

namespace marquee::gateway {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
// Compression is off: frames are small, and a compressor would use more memory than the rest of a
// socket.
using Stream = websocket::stream<EarlySocket, false>;

constexpr int kPolicy = 1008;
constexpr int kNotUtf8OrJson = 1007;
constexpr int kUnsupported = 1003;
constexpr int kInternal = 1011;
constexpr auto kCloseTimeout = std::chrono::seconds(5);

// Ids of commands remembered per socket, so that none is sent twice: as many as may be open.
constexpr size_t kCommandsRemembered = 50;
// Initial size of the receive buffer; the usual frames of displays fit.
constexpr size_t kFirstBytes = 128;
constexpr size_t kMoreBytes = 4096;
// Limits for discarding input after the close frame for a protocol error: per read and in total.
constexpr size_t kWasteBytes = 16UL * 1024;
constexpr size_t kMaxWasteBytes = 16UL * 1024 * 1024;

}  // namespace

// Everything except Send, Close and Abort runs on the thread of the socket.
class DeviceSockets::Session final : public DeviceSession,
                                     public std::enable_shared_from_this<Session> {
 public:
  Session(const DeviceSockets& owner, EarlySocket socket, base::KeyedPlaces::Place share,
          std::shared_ptr<ConnectionPlace> place, int64_t socket_id)
      : owner_(owner),
        share_(std::move(share)),
        place_(std::move(place)),
        socket_id_(socket_id),
        stream_(std::move(socket)),
        executor_(stream_.get_executor()),
        timer_(executor_),
        bucket_(owner.options_.messages_per_second, owner.options_.message_burst) {}

  // Runs the connection from the handshake to the close.
  static asio::awaitable<void> Run(std::shared_ptr<Session> self, RequestPtr request) {
    self->place_->OnEvict([weak = self->weak_from_this()] {
      if (const auto held = weak.lock()) held->Cut();
    });
    if (!co_await self->Handshake(*request)) co_return;
    self->origin_.address = request->remote_ip;
    request.reset();
    self->owner_.meters_.open.Add(1);
    self->Arm(self->owner_.options_.hello_timeout);
    while (true) {
      std::string message;
      if (!co_await self->Read(message)) break;
      co_await self->Handle(message);
    }
    self->End();
    co_await self->LetPeerRead();
  }

  int64_t socket_id() const override { return socket_id_; }

  asio::any_io_executor executor() const override { return executor_; }

  void Send(Bytes frame, std::string command_id) override {
    asio::post(executor_,
               [self = shared_from_this(), frame = std::move(frame),
                command_id = std::move(command_id)] { self->SendHere(frame, command_id); });
  }

  void SendHere(const Bytes& frame, const std::string& command_id) override {
    if (!command_id.empty()) {
      // After a broken stream the devices service delivers commands again that this socket already
      // got.
      const size_t hash = std::hash<std::string>()(command_id);
      if (std::ranges::find(delivered_, hash) != delivered_.end()) return;
      if (delivered_.size() >= kCommandsRemembered) delivered_.erase(delivered_.begin());
      delivered_.push_back(hash);
    }
    Enqueue(frame);
  }

  void Close(int code, std::string reason) override {
    asio::post(stream_.get_executor(), [self = shared_from_this(), code,
                                        reason = std::move(reason)] { self->Leave(code, reason); });
  }

  void Abort() override {
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->Cut(); });
  }

 private:
  void End() {
    done_ = true;
    timer_.cancel();
    owner_.meters_.open.Add(-1);
    owner_.deps_.hub.Exit(device_id_, *this, static_cast<int>(stream_.reason().code));
  }

  asio::awaitable<bool> Handshake(const Request& request) {
    websocket::stream_base::timeout limits{};
    limits.handshake_timeout = kCloseTimeout;  // also limits the closing handshake
    limits.idle_timeout = websocket::stream_base::none();
    limits.keep_alive_pings = false;
    stream_.set_option(limits);
    stream_.read_message_max(owner_.options_.max_frame_bytes);
    // Frames are written directly from their shared bytes, without a copy into a buffer of the
    // stream.
    stream_.auto_fragment(false);
    stream_.control_callback([this](websocket::frame_type kind, beast::string_view) {
      alive_ = true;
      if (kind == websocket::frame_type::pong) OnPong();
    });
    stream_.text(true);
    error_code ec;
    co_await stream_.async_accept(UpgradeRequest(request),
                                  asio::redirect_error(asio::use_awaitable, ec));
    if (ec) co_return false;
    co_return owner_.deps_.hub.Enter(shared_from_this());
  }

  // Reads a whole message; false: the socket has ended. The buffer is small while waiting, because
  // most sockets are silent most of the time. The stream counts the received bytes and fails above
  // max_frame_bytes.
  asio::awaitable<bool> Read(std::string& message) {
    size_t size = 0;
    do {
      message.resize(size + (size == 0 ? kFirstBytes : kMoreBytes));
      error_code ec;
      size += co_await stream_.async_read_some(asio::buffer(message) + size,
                                               asio::redirect_error(asio::use_awaitable, ec));
      if (ec) {
        faulty_ = ec.category() == websocket::make_error_code(websocket::error::closed).category();
        co_return false;
      }
    } while (!stream_.is_message_done());
    message.resize(size);
    co_return true;
  }

  // Runs after a close frame for a protocol error. The peer may still be sending, and a close with
  // unread input would send a reset that destroys the close frame. So this reads until the peer
  // closes, limited in time and bytes.
  asio::awaitable<void> LetPeerRead() {
    if (!faulty_) co_return;
    timer_.expires_after(kCloseTimeout);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec) self->Cut();
    });
    std::string waste(kWasteBytes, '\0');
    error_code ec;
    for (size_t total = 0; !ec && total < kMaxWasteBytes;) {
      total += co_await stream_.next_layer().async_read_some(
          asio::buffer(waste), asio::redirect_error(asio::use_awaitable, ec));
    }
    timer_.cancel();
  }

  asio::awaitable<void> Handle(std::string_view message) {
    alive_ = true;
    if (leaving_) co_return;  // ignore frames until the peer's close frame
    if (!stream_.got_text()) {
      Leave(kUnsupported, "text frames only");
      co_return;
    }
    if (!bucket_.Take(owner_.deps_.clock.Monotonic())) {
      Leave(kPolicy, "Rate limit exceeded");
      co_return;
    }
    const auto frame = ParseDeviceFrame(message);
    if (absl::IsOutOfRange(frame.status())) {
      RefuseFrame(base::MessageOf(frame.status()));
      co_return;
    }
    if (!frame.ok()) {
      Leave(kNotUtf8OrJson, "Invalid JSON");
      co_return;
    }
    owner_.meters_.in[static_cast<size_t>(frame->kind)].Add();
    if (device_id_.empty()) {
      co_await Greet(*frame);
    } else {
      Take(*frame);
    }
  }

  asio::awaitable<void> Greet(const DeviceFrame& frame) {
    if (frame.kind != FrameKind::kHello) {
      Leave(kPolicy, "Authenticate first");
      co_return;
    }
    if (frame.credentials.device_id.empty() || frame.credentials.secret.empty()) {
      Leave(kPolicy, "Missing credentials");
      co_return;
    }
    const absl::StatusOr<std::string> known =
        co_await owner_.deps_.devices.Authenticate(frame.credentials, origin_);
    if (leaving_ || done_) co_return;
    if (absl::IsUnauthenticated(known.status())) {
      Leave(kPolicy, "Unauthorized");
      co_return;
    }
    if (!known.ok()) {
      const bool is_unknown = rpc::ReasonOf(known.status()) == "UNKNOWN_DEVICE";
      Leave(kInternal, is_unknown ? "unknown_device" : "Try again later");
      co_return;
    }
    device_id_ = *known;
    place_->Pin();
    Enqueue(MakeBytes(HelloAckFrame(owner_.deps_.clock.Now())));
    owner_.deps_.hub.Join(device_id_, shared_from_this());
    Arm(owner_.options_.ping_every);
  }

  void Take(const DeviceFrame& frame) {
    switch (frame.kind) {
      case FrameKind::kHello:
        Leave(kPolicy, "Already authenticated");
        break;
      case FrameKind::kPing:
        NoteClock(frame.client_ms);
        Enqueue(MakeBytes(PongFrame(owner_.deps_.clock.Now(), frame.client_ms)));
        break;
      case FrameKind::kAck:
        owner_.deps_.registry_stream.Acknowledge(device_id_, frame.command_id, frame.ok,
                                                 frame.info);
        break;
      case FrameKind::kClientLog:
        owner_.deps_.hub.Log(device_id_, frame.log);
        break;
      case FrameKind::kSyncReport:
        NoteSync(frame.change_ms);
        break;
      case FrameKind::kOther:
        break;
    }
  }

  // Handles a frame that violates the protocol: an error frame for an authenticated display, a
  // close otherwise.
  void RefuseFrame(std::string_view message) {
    if (device_id_.empty()) {
      Leave(kPolicy, "Authenticate first");
    } else {
      Enqueue(MakeBytes(ErrorFrame(message)));
    }
  }

  void OnPong() {
    if (!pinged_) return;
    round_trip_ = owner_.deps_.clock.Monotonic() - pinged_at_;
    owner_.meters_.round_trip.Observe(absl::ToDoubleSeconds(round_trip_));
  }

  // The ping took half a round trip to arrive.
  void NoteClock(int64_t client_ms) {
    if (client_ms == 0) return;
    const absl::Time sent = owner_.deps_.clock.Now() - round_trip_ / 2;
    owner_.meters_.clock_offset.Observe(
        absl::ToDoubleSeconds(absl::AbsDuration(absl::FromUnixMillis(client_ms) - sent)));
  }

  // A display sends the report at the moment it has changed.
  void NoteSync(int64_t change_ms) {
    if (change_ms == 0) return;
    const absl::Time changed = owner_.deps_.clock.Now() - round_trip_ / 2;
    owner_.meters_.sync_error.Observe(
        absl::ToDoubleSeconds(absl::AbsDuration(changed - absl::FromUnixMillis(change_ms))));
  }

  void Enqueue(const Bytes& frame) {
    if (leaving_ || done_) return;
    if (queue_.size() >= owner_.options_.max_queued_frames) {
      // A close frame would wait in the queue that the display does not read.
      owner_.deps_.logger.Warn("connection of a display closed because it does not read its socket",
                               {{"device", device_id_}});
      Cut();
      return;
    }
    queue_.push_back(frame);
    if (queue_.size() == 1) WriteNext();
  }

  void WriteNext() {
    stream_.async_write(asio::buffer(*queue_.front()),
                        [self = shared_from_this()](error_code ec, size_t) {
                          if (ec) return;  // the reading side detects the error
                          self->owner_.meters_.out.Add();
                          self->queue_.pop_front();
                          if (!self->queue_.empty()) self->WriteNext();
                        });
  }

  void Leave(int code, std::string_view reason) {
    if (std::exchange(leaving_, true) || done_) return;
    timer_.cancel();
    const websocket::close_reason why(static_cast<websocket::close_code>(code),
                                      beast::string_view(reason.data(), reason.size()));
    stream_.async_close(why, [self = shared_from_this()](error_code) { self->Cut(); });
  }

  void Cut() {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

  void Arm(absl::Duration after) {
    timer_.expires_after(absl::ToChronoMilliseconds(after));
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec && !self->leaving_ && !self->done_) self->OnTimer();
    });
  }

  void OnTimer() {
    if (device_id_.empty()) {
      Leave(kPolicy, "Authentication timeout");
    } else if (!pinged_) {
      alive_ = false;
      pinged_ = true;
      pinged_at_ = owner_.deps_.clock.Monotonic();
      stream_.async_ping({}, [self = shared_from_this()](error_code) {});
      Arm(owner_.options_.pong_within);
    } else if (alive_) {
      pinged_ = false;
      Arm(std::max(owner_.options_.ping_every - owner_.options_.pong_within,
                   absl::Milliseconds(1)));
    } else {
      Cut();  // the peer no longer reads, so a close frame is useless
    }
  }

  const DeviceSockets& owner_;
  const base::KeyedPlaces::Place share_;  // of its address
  const std::shared_ptr<ConnectionPlace> place_;
  const int64_t socket_id_;
  Stream stream_;
  const asio::any_io_executor executor_;
  asio::steady_timer timer_;
  TokenBucket bucket_;
  DisplayOrigin origin_;           // its address
  std::string device_id_;          // "" until hello was accepted
  std::list<Bytes> queue_;         // the first is being written; holds no memory while empty
  std::vector<size_t> delivered_;  // hashes of the ids of the last commands sent
  absl::Duration pinged_at_;
  absl::Duration round_trip_;  // of the last ping; zero before the first
  bool leaving_ = false;       // a close frame was sent or is about to be
  bool done_ = false;          // the reading side has ended
  bool pinged_ = false;        // waiting for a pong
  bool alive_ = true;          // received something since the last ping
  bool faulty_ = false;        // the peer violated the protocol or closed
};

DeviceSockets::DeviceSockets(Options options, Deps deps)
    : options_(options),
      deps_(deps),
      by_address_(options.max_sockets_per_address),
      meters_(deps.metrics) {}

bool DeviceSockets::Accepts(const Request& request) const { return request.path == "/ws/devices"; }

asio::awaitable<void> DeviceSockets::Serve(asio::ip::tcp::socket socket, RequestPtr request,
                                           std::string early,
                                           std::shared_ptr<ConnectionPlace> place) {
  base::KeyedPlaces::Place share = by_address_.Take(request->remote_ip);
  if (share == nullptr) {
    meters_.refused_by_address.Add();
    return RefuseSocket(std::move(socket));
  }
  // Not a coroutine of its own: its frame would stay in memory for as long as the socket.
  return Session::Run(
      std::make_shared<Session>(*this, EarlySocket(std::move(socket), std::move(early)),
                                std::move(share), std::move(place), deps_.hub.NextSocketId()),
      std::move(request));
}

}  // namespace marquee::gateway
