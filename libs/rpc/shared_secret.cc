#include "libs/rpc/shared_secret.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "libs/base/status.h"
#include "libs/config/values.h"

namespace marquee::rpc {
namespace {

namespace grpcx = grpc::experimental;

constexpr std::string_view kHeader = "authorization";
constexpr std::string_view kScheme = "Bearer ";
constexpr std::string_view kHealth = "/grpc.health.v1.Health/";
constexpr size_t kMaxFileBytes = 4096;

absl::Status Unusable(const std::string& path, std::string_view why) {
  return absl::FailedPreconditionError(
      fmt::format("rpc.shared_secret_file: \"{}\": {}", path, why));
}

std::string Reason(int error) { return std::generic_category().message(error); }

class File {
 public:
  File(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

// nullopt: there is no such file.
absl::StatusOr<std::optional<std::string>> Read(const std::string& path) {
  // A FIFO must not block the start.
  const File file(path, O_RDONLY | O_NONBLOCK);
  if (file.get() < 0 && errno == ENOENT) return std::nullopt;
  struct stat info{};
  std::array<char, kMaxFileBytes> bytes{};
  ssize_t size = -1;
  if (file.get() >= 0 && fstat(file.get(), &info) == 0) {
    if (!S_ISREG(info.st_mode)) return Unusable(path, "is not a file");
    size = read(file.get(), bytes.data(), bytes.size());
  }
  if (size < 0) {
    return Unusable(path, fmt::format("cannot be read: {}; all programs run as one user, or as "
                                      "users of the group that may read it",
                                      Reason(errno)));
  }
  std::string text(bytes.data(), static_cast<size_t>(size));
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  text.erase(0, text.find_first_not_of(" \t\r\n"));
  if (text.size() < kMinSecretLength || !config::CheckOneLine(text).ok()) {
    return Unusable(path, fmt::format("expected one line of at least {} characters; remove the "
                                      "file, and a new secret is made at the next start",
                                      kMinSecretLength));
  }
  return text;
}

// Under a name of its own first, so that no program reads half of it, then by link(2), which fails
// if another program was faster.
absl::Status Make(const std::string& path) {
  std::array<unsigned char, 32> random{};
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return Unusable(path, "no random numbers");
  }
  std::string text;
  for (const unsigned char byte : random) text += fmt::format("{:02x}", byte);
  text += '\n';

  std::error_code ignored;  // then the file cannot be created, which is reported
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  const std::string temporary = fmt::format("{}.{}.tmp", path, getpid());
  unlink(temporary.c_str());  // of a process of the same number that was killed here
  int error = 0;
  {
    const File file(temporary, O_WRONLY | O_CREAT | O_EXCL);
    if (file.get() < 0 || fchmod(file.get(), 0600) != 0 ||
        write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        fsync(file.get()) != 0) {
      error = errno;
    }
  }
  if (error == 0 && link(temporary.c_str(), path.c_str()) != 0 && errno != EEXIST) error = errno;
  unlink(temporary.c_str());
  if (error == 0) return absl::OkStatus();
  return Unusable(path, fmt::format("is missing and cannot be created: {}; create it with "
                                    "`openssl rand -hex 32`, the same for all programs",
                                    Reason(error)));
}

// Takes the same time for every wrong secret of a length.
bool Equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned int difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^
                  static_cast<unsigned int>(static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

std::string_view TextOf(const grpc_slice& slice) {
  return {reinterpret_cast<const char*>(GRPC_SLICE_START_PTR(slice)), GRPC_SLICE_LENGTH(slice)};
}

// Checks each call before its handler runs. The C++ API offers this for TLS only, and a server
// interceptor cannot end a call, so it is set at the credentials of the C API.
class SecretCheck {
 public:
  SecretCheck(const std::string& secret, obs::Counter rejected)
      : expected_(std::string(kScheme) + secret), rejected_(std::move(rejected)) {}

  static void Process(void* self, grpc_auth_context*, const grpc_metadata* metadata, size_t count,
                      grpc_process_auth_metadata_done_cb done, void* user_data) {
    const auto& check = *static_cast<const SecretCheck*>(self);
    bool open = false;
    const grpc_metadata* secret = nullptr;
    for (const grpc_metadata* at = metadata; at != metadata + count; ++at) {
      if (TextOf(at->key) == ":path") open = open || TextOf(at->value).starts_with(kHealth);
      if (TextOf(at->key) == kHeader && Equal(TextOf(at->value), check.expected_)) secret = at;
    }
    if (open || secret != nullptr) {
      done(user_data, secret, secret == nullptr ? 0 : 1, nullptr, 0, GRPC_STATUS_OK, nullptr);
      return;
    }
    check.rejected_.Add();
    done(user_data, nullptr, 0, nullptr, 0, GRPC_STATUS_UNAUTHENTICATED,
         "the call has no secret or a wrong one; set rpc.shared_secret_file of all programs to "
         "files with the same content");
  }

  static void Destroy(void* self) { delete static_cast<SecretCheck*>(self); }

 private:
  const std::string expected_;
  const obs::Counter rejected_;
};

class SecretCredentials final : public grpc::ServerCredentials {
 public:
  SecretCredentials(std::string secret, obs::Counter rejected)
      : secret_(std::move(secret)), rejected_(std::move(rejected)) {}

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    grpc_server_credentials* const credentials = grpc_insecure_server_credentials_create();
    grpc_server_credentials_set_auth_metadata_processor(
        credentials, {.process = &SecretCheck::Process,
                      .destroy = &SecretCheck::Destroy,
                      .state = new SecretCheck(secret_, rejected_)});
    const int port = grpc_server_add_http2_port(server, address.c_str(), credentials);
    grpc_server_credentials_release(credentials);
    return port;
  }

  const std::string secret_;
  const obs::Counter rejected_;
};

class SecretInterceptor final : public grpcx::Interceptor {
 public:
  explicit SecretInterceptor(std::shared_ptr<const std::string> value) : value_(std::move(value)) {}

  void Intercept(grpcx::InterceptorBatchMethods* methods) override {
    using Point = grpcx::InterceptionHookPoints;
    if (!value_->empty() && methods->QueryInterceptionHookPoint(Point::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->emplace(kHeader, *value_);
    }
    if (methods->QueryInterceptionHookPoint(Point::POST_RECV_STATUS)) {
      grpc::Status& status = *methods->GetRecvStatus();
      if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED &&
          status.error_details().empty()) {
        status = grpc::Status(grpc::StatusCode::UNAVAILABLE, status.error_message());
      }
    }
    methods->Proceed();
  }

 private:
  const std::shared_ptr<const std::string> value_;
};

class SecretInterceptorFactory final : public grpcx::ClientInterceptorFactoryInterface {
 public:
  explicit SecretInterceptorFactory(const std::string& secret)
      : value_(std::make_shared<const std::string>(
            secret.empty() ? std::string() : std::string(kScheme) + secret)) {}
  grpcx::Interceptor* CreateClientInterceptor(grpcx::ClientRpcInfo*) override {
    return new SecretInterceptor(value_);
  }

 private:
  const std::shared_ptr<const std::string> value_;
};

}  // namespace

absl::StatusOr<std::string> LoadSharedSecret(const std::string& path) {
  if (path.empty()) return std::string();
  MARQUEE_ASSIGN_OR_RETURN(std::optional<std::string> secret, Read(path));
  if (!secret) {
    MARQUEE_RETURN_IF_ERROR(Make(path));
    MARQUEE_ASSIGN_OR_RETURN(secret, Read(path));
  }
  if (!secret) return Unusable(path, "was removed during the start; start again");
  return *std::move(secret);
}

bool IsLoopback(std::string_view host) {
  if (host == "localhost") return true;
  const std::string text(host);
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24U == 127;
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

absl::Status CheckListen(std::string_view listen, const MutualTlsSettings& mtls,
                         const RpcSettings& settings) {
  MARQUEE_ASSIGN_OR_RETURN(const config::HostPort address, config::ParseHostPort(listen));
  if (IsLoopback(address.host) || !mtls.certificate().empty() ||
      !settings.shared_secret_file().empty()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(fmt::format(
      "listen: other hosts can reach {}, and without mtls or a shared secret they could read all "
      "tokens; set rpc.shared_secret_file of all programs to a file with the same content (created "
      "at the first start), or set mtls.certificate, mtls.key and mtls.authority, or listen on "
      "127.0.0.1",
      listen));
}

std::shared_ptr<grpc::ServerCredentials> PlainServerCredentials(const std::string& secret,
                                                                obs::Metrics& metrics) {
  if (secret.empty()) return grpc::InsecureServerCredentials();
  return std::make_shared<SecretCredentials>(
      secret, metrics.counter("marquee_rpc_unauthenticated_calls_total",
                              "Calls rejected because they had no shared secret or a wrong one."));
}

std::vector<std::unique_ptr<grpcx::ClientInterceptorFactoryInterface>> SharedSecretInterceptors(
    const std::string& secret) {
  std::vector<std::unique_ptr<grpcx::ClientInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(std::make_unique<SecretInterceptorFactory>(secret));
  return interceptors;
}

}  // namespace marquee::rpc
