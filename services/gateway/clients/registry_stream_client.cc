#include "services/gateway/clients/registry_stream_client.h"

#include <grpcpp/support/client_callback.h>

#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "services/gateway/async/await.h"
#include "services/gateway/clients/device_convert.h"

namespace marquee::gateway {

namespace pb = marquee::devices::v1;

namespace {

void AddTo(google::protobuf::RepeatedPtrField<pb::AttachRequest::SocketUp>& list,
           const CommandSink::OpenSocket& socket) {
  pb::AttachRequest::SocketUp& up = *list.Add();
  up.set_device_id(socket.device_id);
  up.set_socket_id(socket.socket_id);
  up.set_sequence(socket.sequence);
}

}  // namespace

// One stream. Reads are started inside reactions; writes come from any thread, so a hold keeps the
// call from finishing until the reading side has seen the end.
class RegistryStreamClient::Stream final
    : public grpc::ClientBidiReactor<pb::AttachRequest, pb::AttachResponse> {
 public:
  using Done = std::function<void(grpc::Status)>;

  Stream(RegistryStreamClient& client, Done done) : client_(client), done_(std::move(done)) {}

  void Begin(pb::AttachRequest hello) {
    entered_ = client_.in_flight_.Enter(context_);
    if (entered_ == nullptr) context_.TryCancel();
    client_.stub_->async()->Attach(&context_, this);
    AddHold();
    StartRead(&order_);
    Send(std::move(hello));
    StartCall();
  }

  void Send(pb::AttachRequest event) {
    const base::MutexLock lock(mutex_);
    if (broken_) return;
    if (queue_.size() >= client_.options_.max_queued) {
      context_.TryCancel();
      return;
    }
    if (event.has_device_log()) {
      const size_t bytes = event.ByteSizeLong();
      if (log_bytes_ + bytes > client_.options_.max_queued_log_bytes) {
        client_.dropped_logs_.Add();
        return;
      }
      log_bytes_ += bytes;
    }
    queue_.push_back(std::move(event));
    if (queue_.size() == 1) StartWrite(&queue_.front());
  }

  void OnReadInitialMetadataDone(bool ok) override {
    if (ok) client_.SetConnected(true, "");
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Break();
      return;
    }
    client_.SetConnected(true, "");
    client_.Dispatch(order_);
    order_.Clear();
    StartRead(&order_);
  }

  void OnWriteDone(bool ok) override {
    const base::MutexLock lock(mutex_);
    if (!ok || broken_) return;  // the reading side sees the end as well
    if (queue_.front().has_device_log()) log_bytes_ -= queue_.front().ByteSizeLong();
    queue_.pop_front();
    if (!queue_.empty()) StartWrite(&queue_.front());
  }

  void OnDone(const grpc::Status& status) override {
    RegistryStreamClient& client = client_;
    {
      const base::MutexLock lock(client.mutex_);
      if (client.stream_ == this) client.stream_ = nullptr;
    }
    const Done done = std::move(done_);
    const std::shared_ptr<void> entered = std::move(entered_);
    delete this;
    done(status);
  }

 private:
  void Break() {
    {
      const base::MutexLock lock(mutex_);
      broken_ = true;
    }
    RemoveHold();
  }

  RegistryStreamClient& client_;
  grpc::ClientContext context_;
  Done done_;
  std::shared_ptr<void> entered_;
  pb::AttachResponse order_;
  base::Mutex mutex_;
  bool broken_ MARQUEE_GUARDED_BY(mutex_) = false;
  // The first is being written.
  std::deque<pb::AttachRequest> queue_ MARQUEE_GUARDED_BY(mutex_);
  size_t log_bytes_ MARQUEE_GUARDED_BY(mutex_) = 0;  // of the logs in queue_
};

RegistryStreamClient::RegistryStreamClient(Options options, Deps deps)
    : options_(std::move(options)),
      deps_(std::move(deps)),
      stub_(pb::DeviceService::NewStub(deps_.channel)),
      registry_stream_(deps_.metrics.gauge("marquee_gateway_devices_connected",
                                           "1 while the stream to the devices service is open.")),
      dropped_logs_(deps_.metrics.counter(
          "marquee_gateway_device_logs_dropped_total",
          "Messages with display logs dropped because too many bytes were queued.")),
      reconnect_(deps_.io, options_.reconnect, [this] { return AttachOnce(); }) {}

RegistryStreamClient::~RegistryStreamClient() = default;

void RegistryStreamClient::Start(CommandSink& orders) {
  orders_ = &orders;
  reconnect_.Start();
}

void RegistryStreamClient::Stop(absl::Time deadline) {
  reconnect_.BeginStop();
  in_flight_.Close(deadline);
  reconnect_.AwaitStopped(deadline);
}

void RegistryStreamClient::SocketUp(const std::string& device_id, int64_t socket_id,
                                    int64_t sequence) {
  pb::AttachRequest event;
  event.mutable_socket_up()->set_device_id(device_id);
  event.mutable_socket_up()->set_socket_id(socket_id);
  event.mutable_socket_up()->set_sequence(sequence);
  Send(std::move(event));
}

void RegistryStreamClient::SocketDown(const std::string& device_id, int64_t socket_id,
                                      int64_t sequence, int close_code) {
  pb::AttachRequest event;
  event.mutable_socket_down()->set_device_id(device_id);
  event.mutable_socket_down()->set_socket_id(socket_id);
  event.mutable_socket_down()->set_sequence(sequence);
  event.mutable_socket_down()->set_close_code(close_code);
  Send(std::move(event));
}

void RegistryStreamClient::Digest(size_t count, uint64_t digest) {
  pb::AttachRequest event;
  event.mutable_socket_digest()->set_count(static_cast<int64_t>(count));
  event.mutable_socket_digest()->set_digest(digest);
  Send(std::move(event));
}

void RegistryStreamClient::SendSocketList() {
  const CommandSink::SocketList list = orders_->OpenSockets();
  pb::AttachRequest event;
  event.mutable_sockets()->set_sequence(list.sequence);
  for (const auto& socket : list.sockets)
    AddTo(*event.mutable_sockets()->mutable_sockets(), socket);
  Send(std::move(event));
}

void RegistryStreamClient::Acknowledge(const std::string& device_id, const std::string& command_id,
                                       bool ok, const std::string& info) {
  pb::AttachRequest event;
  event.mutable_ack()->set_device_id(device_id);
  event.mutable_ack()->set_command_id(command_id);
  event.mutable_ack()->set_ok(ok);
  event.mutable_ack()->set_info(info);
  {
    const absl::Duration now = deps_.clock.Monotonic();
    const base::MutexLock lock(mutex_);
    while (!latest_acks_.empty() && (latest_acks_.size() >= options_.max_repeated_acks ||
                                     now - latest_acks_.front().first > options_.repeat_acks_for)) {
      latest_acks_.pop_front();
    }
    latest_acks_.emplace_back(now, event.ack());
  }
  Send(std::move(event));
}

void RegistryStreamClient::Log(const std::string& device_id,
                               const std::vector<DeviceLogEntry>& entries) {
  pb::AttachRequest event;
  event.mutable_device_log()->set_device_id(device_id);
  for (const DeviceLogEntry& entry : entries) {
    auto& line = *event.mutable_device_log()->add_entries();
    line.set_at_ms(entry.at_ms);
    line.set_level(entry.level);
    line.set_message(entry.message);
    line.set_data_json(entry.data_json);
  }
  Send(std::move(event));
}

void RegistryStreamClient::Send(pb::AttachRequest request) {
  // Under the lock, so that the stream cannot end meanwhile. The stream takes its own lock, and
  // never this one while holding its own.
  const base::MutexLock lock(mutex_);
  if (stream_ != nullptr) stream_->Send(std::move(request));
}

boost::asio::awaitable<bool> RegistryStreamClient::AttachOnce() {
  std::function<void(std::function<void(grpc::Status)>)> start =
      [this](std::function<void(grpc::Status)> done) {
        auto* stream = new Stream(*this, std::move(done));
        pb::AttachRequest first;
        pb::AttachRequest::Hello& hello = *first.mutable_hello();
        hello.set_gateway_id(options_.gateway_id);
        hello.set_epoch(options_.epoch);
        // Listing the sockets and publishing the stream are one step: sockets opened later are
        // reported on the stream.
        const base::MutexLock lock(mutex_);
        hello.set_resume_token(resume_token_);
        for (const auto& [said_at, ack] : latest_acks_) *hello.add_acks() = ack;
        orders_->SettingsBegin();
        for (const auto& socket : orders_->OpenSockets().sockets) {
          AddTo(*hello.mutable_sockets(), socket);
        }
        stream_ = stream;
        stream->Begin(std::move(first));
      };
  const grpc::Status status = co_await AwaitCallback<grpc::Status>(std::move(start));
  const bool was_of_use = connected_;
  if (!reconnect_.stopping()) SetConnected(false, status.error_message());
  co_return was_of_use;
}

void RegistryStreamClient::Dispatch(const pb::AttachResponse& order) {
  switch (order.order_case()) {
    case pb::AttachResponse::kDeliver: {
      const pb::Command& command = order.deliver().command();
      if (!orders_->Deliver(command.device_id(), order.deliver().socket_id(), ToCommand(command))) {
        SocketDown(command.device_id(), order.deliver().socket_id(), 0, 0);
      }
      break;
    }
    case pb::AttachResponse::kApplySettings: {
      const auto& apply = order.apply_settings();
      orders_->ApplySettings({apply.device_ids().begin(), apply.device_ids().end()},
                             ToJson(apply.settings()));
      break;
    }
    case pb::AttachResponse::kClose:
      orders_->CloseSocket(order.close().device_id(), order.close().socket_id(),
                           order.close().code(), order.close().reason());
      break;
    case pb::AttachResponse::kDeliverToMany: {
      std::vector<CommandSink::OpenSocket> sockets;
      for (const auto& socket : order.deliver_to_many().sockets()) {
        sockets.push_back({socket.device_id(), socket.socket_id(), 0});
      }
      const auto absent =
          orders_->DeliverToMany(sockets, ToCommand(order.deliver_to_many().command()));
      for (const auto& socket : absent) SocketDown(socket.device_id, socket.socket_id, 0, 0);
      break;
    }
    case pb::AttachResponse::kEffectiveSettings:
      orders_->SettingsInForce(ToUpdate(order.effective_settings()));
      break;
    case pb::AttachResponse::kDeviceLog:
      orders_->LogOfDevice(order.device_log().device_id(), ToEntries(order.device_log()));
      break;
    case pb::AttachResponse::kListSockets:
      SendSocketList();
      break;
    case pb::AttachResponse::ORDER_NOT_SET:
      break;
  }
  if (!order.resume_token().empty()) {
    const base::MutexLock lock(mutex_);
    resume_token_ = order.resume_token();
  }
}

void RegistryStreamClient::SetConnected(bool connected, std::string_view why) {
  if (connected_.exchange(connected) == connected) return;
  registry_stream_.Set(connected ? 1 : 0);
  if (connected) {
    deps_.logger.Info("the stream to the devices service is open", {});
  } else {
    deps_.logger.Warn("the devices service is unavailable; commands are delivered after it returns",
                      {{"error", why}});
  }
}

}  // namespace marquee::gateway
