// Fake backends whose results the test sets.
#pragma once

#include <absl/status/status.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "services/gateway/ports/account_port.h"
#include "services/gateway/ports/artwork_port.h"
#include "services/gateway/ports/catalog_port.h"
#include "services/gateway/ports/device_port.h"
#include "services/gateway/ports/document_port.h"
#include "services/gateway/ports/image_port.h"
#include "services/gateway/ports/image_tiers_port.h"
#include "services/gateway/ports/media_port.h"

namespace marquee::gateway {

// Runs tasks immediately, on the caller's thread.
class InlineExecutor final : public base::Executor {
 public:
  absl::Status Submit(std::function<void()> work) override {
    if (full) return absl::ResourceExhaustedError("full");
    work();
    return absl::OkStatus();
  }
  bool full = false;
};

class FakeMedia final : public MediaPort {
 public:
  std::shared_ptr<const PlaylistView> Current() const override { return view; }
  MediaState state() const override { return view ? MediaState::kReady : state_without; }
  std::shared_ptr<const std::vector<SourceInfo>> sources() const override {
    return std::make_shared<const std::vector<SourceInfo>>(source_list);
  }
  bool connected() const override { return true; }
  asio::awaitable<void> AwaitFirst(absl::Duration at_most) override {
    waited = at_most;
    view = arrives_while_waiting;
    co_return;
  }

  std::shared_ptr<const PlaylistView> view;
  std::shared_ptr<const PlaylistView> arrives_while_waiting;
  MediaState state_without = MediaState::kBuilding;
  std::vector<SourceInfo> source_list;
  absl::Duration waited = absl::ZeroDuration();
};

// A playlist of films "Film 0", "Film 1", … from a local source.
std::shared_ptr<const PlaylistView> MakePlaylist(int items, const std::string& version = "v1");

// Completes calls with `answer`; with `hold` set, only when Finish is called. Thread-safe.
class FakeImages final : public ImagePort {
 public:
  void Get(const ImageRequest& request, const std::string& if_none_match, std::stop_token stop,
           Done done) override;
  bool connected() const override { return true; }

  void Finish();  // completes the held calls with `answer`
  size_t calls() const;

  absl::StatusOr<Image> answer = absl::NotFoundError("the test set no image");
  bool hold = false;
  ImageRequest last;  // the last request
  std::string last_if_none_match;
  std::vector<std::stop_token> stops;

 private:
  mutable base::Mutex mutex_;
  size_t calls_ MARQUEE_GUARDED_BY(mutex_) = 0;
  std::vector<Done> held_ MARQUEE_GUARDED_BY(mutex_);
};
// Versioned documents, as the devices service stores them.
class FakeDocuments final : public DocumentPort {
 public:
  asio::awaitable<absl::StatusOr<SettingsDocument>> Get(std::string id) override {
    if (!failure.ok()) co_return failure;
    if (document.version == 0) co_return absl::NotFoundError("no document");
    co_return document;
  }
  asio::awaitable<absl::StatusOr<SettingsDocument>> Put(SettingsDocument changed,
                                                        std::string author) override {
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    if (!refusal.ok()) co_return refusal;
    if (!changed.etag.empty() && changed.etag != document.etag) {
      co_return absl::AbortedError("not the present version");
    }
    document.accept_unknown = changed.accept_unknown;
    Set(std::move(changed.body_json));
    last_author = std::move(author);
    co_return document;
  }
  void Set(std::string body_json) {
    ++document.version;
    document.etag = "v" + std::to_string(document.version);
    document.body_json = std::move(body_json);
  }

  SettingsDocument document;
  absl::Status failure;
  absl::Status refusal;             // of the next Put
  std::function<void()> meanwhile;  // runs once, before the next Put
  std::string last_author;
};

// One account, "keeper" with the password "correct horse", and tokens by value.
class FakeAccounts final : public AccountPort {
 public:
  Answer<bool> SetupComplete() override { co_return complete; }
  Answer<Account> CompleteSetup(SetupRequest request) override;
  Answer<Account> Get(std::string account_id) override;
  Answer<Account> VerifyLogin(LoginAttempt attempt) override;
  Answer<ApiToken> VerifyToken(std::string value) override;
  Answer<Account> ChangePassword(std::string account_id, std::string current,
                                 std::string fresh) override;
  Answer<std::string> GenerateTotp(std::string account_id, FactorProof proof) override;
  Answer<Account> ConfirmTotp(std::string account_id, std::string code) override;
  Answer<Account> DisableTotp(std::string account_id, std::string password) override;
  Answer<std::vector<ApiToken>> ListTokens() override;
  Answer<NewToken> CreateToken(std::string name, Scope scope) override;
  asio::awaitable<absl::Status> RevokeToken(std::string token_id) override;
  Answer<int64_t> RevokeSessions(std::string account_id) override;
  std::optional<int64_t> EpochOf(const std::string& account_id) const override;
  void Record(AuditEvent event) override { events.push_back(std::move(event)); }

  bool complete = true;
  std::string setup_code = "code";
  FactorProof last_proof;
  bool away = false;
  std::string totp;  // the correct code; empty: the second factor is off
  Account account{.id = "a1", .username = "keeper", .session_epoch = 1};
  std::string password = "correct horse";
  std::function<void()> during_login;  // called by VerifyLogin, if set
  std::map<std::string, ApiToken> tokens;
  int token_checks = 0;
  std::vector<AuditEvent> events;
};

// The tiers behind the edge, with the statistics that the test sets.
class FakeTiers final : public ImageTiersPort {
 public:
  asio::awaitable<absl::StatusOr<std::vector<TierStats>>> Stats() override { co_return tiers; }
  asio::awaitable<absl::StatusOr<Purged>> PurgeAll() override {
    ++purges;
    co_return purged;
  }

  absl::StatusOr<std::vector<TierStats>> tiers = std::vector<TierStats>{};
  absl::StatusOr<Purged> purged = Purged{};
  int purges = 0;
};

Image MakeImage(std::string bytes, ServedFrom tier = ServedFrom::kOrigin);

class FakeDevices final : public DevicePort {
 public:
  asio::awaitable<absl::StatusOr<Registered>> Register(RegisterRequest request) override {
    last_register = std::move(request);
    co_return registered;
  }
  asio::awaitable<absl::StatusOr<Checked>> Check(DeviceCredentials credentials,
                                                 DeviceIdentity identity,
                                                 DisplayOrigin origin) override {
    last_identity = std::move(identity);
    last_origin = std::move(origin);
    co_return checked;
  }
  asio::awaitable<absl::StatusOr<std::string>> Authenticate(DeviceCredentials credentials,
                                                            DisplayOrigin) override {
    if (credentials.secret == "right") co_return credentials.device_id;
    co_return authenticated;
  }
  asio::awaitable<absl::StatusOr<HeartbeatReply>> Heartbeat(HeartbeatRequest request) override {
    last_heartbeat = std::move(request);
    co_return heartbeat;
  }
  asio::awaitable<absl::StatusOr<Device>> Get(std::string device_id) override { co_return device; }
  asio::awaitable<absl::StatusOr<std::vector<Device>>> List() override {
    if (!device.ok()) co_return device.status();
    if (!listed.empty()) co_return listed;
    std::vector<Device> all{*device};
    co_return all;
  }
  asio::awaitable<absl::StatusOr<CommandSent>> SendCommand(SendCommandRequest request) override {
    last_command = std::move(request);
    co_return sent;
  }
  bool connected() const override { return true; }

  absl::StatusOr<Registered> registered = Registered{"device-1", "secret-1", "Screen"};
  absl::StatusOr<Checked> checked = Checked{CheckOutcome::kValid, "device-1"};
  absl::Status authenticated = absl::UnauthenticatedError("wrong");
  absl::StatusOr<HeartbeatReply> heartbeat = HeartbeatReply{};
  std::vector<Device> listed;  // of List(); empty: `device` alone
  absl::StatusOr<Device> device = absl::NotFoundError("no such device");
  absl::StatusOr<CommandSent> sent = absl::NotFoundError("no such device");
  RegisterRequest last_register;
  DeviceIdentity last_identity;
  DisplayOrigin last_origin;
  HeartbeatRequest last_heartbeat;
  SendCommandRequest last_command;
};

// Records the calls. Thread-safe.
class FakeRegistryStream final : public RegistryStream {
 public:
  void SocketUp(const std::string& device_id, int64_t socket_id, int64_t) override {
    Note("up " + device_id + " " + std::to_string(socket_id));
  }
  void SocketDown(const std::string& device_id, int64_t socket_id, int64_t, int) override {
    Note("down " + device_id + " " + std::to_string(socket_id));
  }
  void Digest(size_t count, uint64_t digest) override {
    Note("digest " + std::to_string(count) + " " + std::to_string(digest));
  }
  void Acknowledge(const std::string& device_id, const std::string& command_id, bool ok,
                   const std::string& info) override {
    Note("ack " + device_id + " " + command_id + (ok ? " ok" : " error"));
  }
  void Log(const std::string& device_id, const std::vector<DeviceLogEntry>& entries) override {
    for (const DeviceLogEntry& entry : entries) {
      Note("log " + device_id + " " + entry.level + " " + entry.message);
    }
  }
  // Waits up to 10 s until `line` was recorded.
  bool Await(const std::string& line);

 private:
  void Note(std::string line);

  base::Mutex mutex_;
  base::CondVar more_;
  std::vector<std::string> lines_ MARQUEE_GUARDED_BY(mutex_);
};

// Returns configured results and counts the calls.
class FakeCatalog final : public CatalogPort {
 public:
  asio::awaitable<absl::StatusOr<std::vector<Extra>>> Extras(ExtrasQuery query) override {
    ++calls;
    co_return extras;
  }
  asio::awaitable<absl::StatusOr<std::vector<MediaItem>>> Artists(int count,
                                                                  uint64_t seed) override {
    ++calls;
    co_return items;
  }
  asio::awaitable<absl::StatusOr<std::vector<MediaItem>>> Items(CatalogKind kind) override {
    ++calls;
    co_return items;
  }
  asio::awaitable<absl::StatusOr<RefreshOutcome>> Refresh(bool full) override {
    refreshed_in_full = full;
    ++calls;
    co_return refreshed;
  }
  asio::awaitable<absl::StatusOr<NowPlaying>> Playing() override {
    ++calls;
    co_return playing;
  }

  absl::StatusOr<std::vector<Extra>> extras = std::vector<Extra>{};
  absl::StatusOr<std::vector<MediaItem>> items = std::vector<MediaItem>{};
  absl::StatusOr<RefreshOutcome> refreshed = RefreshOutcome{};
  bool refreshed_in_full = false;  // the argument of the last Refresh
  absl::StatusOr<NowPlaying> playing = NowPlaying{};
  int calls = 0;
};

// Serves one file, from memory.
class FakeArtwork final : public ArtworkPort {
 public:
  asio::awaitable<absl::StatusOr<Artwork>> Fetch(ArtworkRequest request,
                                                 std::stop_token stop) override;

  absl::Status failure;
  bool cuts = true;  // false: the whole body is returned for any requested range, as for images
  std::string bytes = "0123456789";
  std::optional<absl::Time> last_modified;
  std::vector<ArtworkRequest> requests;
};

}  // namespace marquee::gateway
