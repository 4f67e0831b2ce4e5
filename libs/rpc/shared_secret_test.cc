// The shared secret over real sockets, without TLS.
#include "libs/rpc/shared_secret.h"

#include <absl/time/clock.h>
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>
#include <tuple>

#include "libs/base/clock.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"
#include "libs/testing/temp_dir.h"
#include "marquee/devices/v1/account_service.grpc.pb.h"
#include "marquee/devices/v1/command_service.grpc.pb.h"
#include "marquee/devices/v1/device_service.grpc.pb.h"
#include "marquee/devices/v1/group_service.grpc.pb.h"
#include "marquee/devices/v1/settings_service.grpc.pb.h"
#include "marquee/imageproc/v1/image_service.grpc.pb.h"
#include "marquee/playlist/v1/artwork_service.grpc.pb.h"
#include "marquee/playlist/v1/playlist_service.grpc.pb.h"
#include "marquee/playlist/v1/source_service.grpc.pb.h"

namespace marquee::rpc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";
constexpr char kOther[] = "0123456789abcdef0123456789abcdeF";

// Services whose methods all end with UNIMPLEMENTED: a call that gets this has passed the check.
template <class... Services>
struct Implementing {
  std::tuple<typename Services::Service...> services;

  std::vector<grpc::Service*> pointers() {
    return std::apply([](auto&... each) { return std::vector<grpc::Service*>{&each...}; },
                      services);
  }
  // Full names of all methods: "/marquee.playlist.v1.PlaylistService/GetItem".
  static std::vector<std::string> Methods() {
    std::vector<std::string> names;
    for (const std::string_view service : {std::string_view(Services::service_full_name())...}) {
      const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          std::string(service));
      for (int i = 0; found != nullptr && i < found->method_count(); ++i) {
        names.push_back("/" + found->full_name() + "/" + found->method(i)->name());
      }
    }
    return names;
  }
};

using AllServices =
    Implementing<playlist::v1::PlaylistService, playlist::v1::ArtworkService,
                 playlist::v1::SourceService, imageproc::v1::ImageService,
                 devices::v1::DeviceService, devices::v1::CommandService, devices::v1::GroupService,
                 devices::v1::SettingsService, devices::v1::AccountService>;

class SharedSecretTest : public ::testing::Test {
 protected:
  std::unique_ptr<Server> Serve(const std::string& secret) {
    return Server::Start({.listen = "127.0.0.1:0", .shared_secret = secret}, services_.pointers(),
                         metrics_, clock_)
        .value();
  }

  static std::shared_ptr<grpc::Channel> To(const Server& server, const std::string& secret) {
    return Connect("127.0.0.1:" + std::to_string(server.port()), {.shared_secret = secret});
  }
  // As another program of this host would call it.
  static std::shared_ptr<grpc::Channel> Foreign(const Server& server) {
    return grpc::CreateChannel("127.0.0.1:" + std::to_string(server.port()),
                               grpc::InsecureChannelCredentials());
  }

  static grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                           const std::string& authorization = {}) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
    if (!authorization.empty()) context.AddMetadata("authorization", authorization);
    grpc::CompletionQueue queue;
    grpc::GenericStub stub(channel);
    const auto call = stub.PrepareCall(&context, method, &queue);
    int tag = 0;
    const auto wait = [&] {
      void* got = nullptr;
      bool ok = false;
      queue.Next(&got, &ok);
      return ok;
    };
    call->StartCall(&tag);
    if (wait()) {
      call->WriteLast(grpc::ByteBuffer(nullptr, 0), {}, &tag);
      wait();
      grpc::ByteBuffer answer;  // Finish waits until it is read
      call->Read(&answer, &tag);
      wait();
    }
    grpc::Status status;
    call->Finish(&status, &tag);
    wait();
    queue.Shutdown();
    return status;
  }

  static grpc::StatusCode Health(const std::shared_ptr<grpc::Channel>& channel) {
    return Call(channel, "/grpc.health.v1.Health/Check").error_code();
  }

  const base::SystemClock clock_;
  obs::Metrics metrics_;
  AllServices services_;
};

TEST_F(SharedSecretTest, NoMethodCanBeCalledWithoutTheSecret) {
  const auto server = Serve(kSecret);
  const auto foreign = Foreign(*server);
  std::vector<std::string> methods = AllServices::Methods();
  ASSERT_GT(methods.size(), 60U);
  methods.emplace_back("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
  methods.emplace_back("/marquee.no.Such/Method");
  for (const std::string& method : methods) {
    for (const std::string& authorization :
         {std::string(), std::string("Bearer ") + kOther, std::string("Bearer "),
          std::string(kSecret), std::string("Bearer ") + kSecret + "0"}) {
      const grpc::Status status = Call(foreign, method, authorization);
      EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << method;
      EXPECT_THAT(status.error_message(), HasSubstr("rpc.shared_secret_file"));
    }
  }
  EXPECT_EQ(metrics_.counter("marquee_rpc_unauthenticated_calls_total", "").value(),
            static_cast<double>(5 * methods.size()));
}

TEST_F(SharedSecretTest, EveryMethodCanBeCalledWithTheSecret) {
  const auto server = Serve(kSecret);
  const auto channel = To(*server, kSecret);
  for (const std::string& method : AllServices::Methods()) {
    EXPECT_EQ(Call(channel, method).error_code(), grpc::StatusCode::UNIMPLEMENTED) << method;
  }
}

TEST_F(SharedSecretTest, HealthChecksNeedNoSecret) {
  const auto server = Serve(kSecret);
  EXPECT_EQ(Health(Foreign(*server)), grpc::StatusCode::OK);
  EXPECT_EQ(Health(To(*server, kSecret)), grpc::StatusCode::OK);
}

TEST_F(SharedSecretTest, WithoutASecretEveryCallIsAllowed) {
  const auto server = Serve("");
  for (const auto& channel : {Foreign(*server), To(*server, kSecret), To(*server, "")}) {
    EXPECT_EQ(Call(channel, AllServices::Methods().front()).error_code(),
              grpc::StatusCode::UNIMPLEMENTED);
  }
}

TEST_F(SharedSecretTest, TheInProcessChannelNeedsNone) {
  const auto server = Serve(kSecret);
  EXPECT_EQ(Call(server->InProcessChannel(), AllServices::Methods().front()).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

// A display whose call ends with UNAUTHENTICATED deletes its identity: a gateway with a wrong
// secret must not say so.
TEST_F(SharedSecretTest, AWrongSecretOfAProgramIsUnavailableForItsCallers) {
  const auto server = Serve(kSecret);
  for (const std::string& secret : {std::string(), std::string(kOther)}) {
    const grpc::Status status = Call(To(*server, secret), AllServices::Methods().front());
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_THAT(status.error_message(), HasSubstr("rpc.shared_secret_file"));
  }
}

class Rejecting final : public devices::v1::DeviceService::Service {
 public:
  grpc::Status GetDevice(grpc::ServerContext* context, const devices::v1::GetDeviceRequest*,
                         devices::v1::GetDeviceResponse*) override {
    // The secret is not for handlers.
    EXPECT_EQ(context->client_metadata().count("authorization"), 0U);
    return ToGrpc(absl::UnauthenticatedError("wrong password"));
  }
};

TEST_F(SharedSecretTest, UnauthenticatedOfAHandlerReachesTheCaller) {
  Rejecting devices;
  const auto server = Server::Start({.listen = "127.0.0.1:0", .shared_secret = kSecret}, {&devices},
                                    metrics_, clock_)
                          .value();
  const grpc::Status status =
      Call(To(*server, kSecret), "/marquee.devices.v1.DeviceService/GetDevice");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(status.error_message(), "wrong password");
}

std::string Text(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

TEST(SharedSecretFile, IsCreatedPrivateWithItsFolderAndThenRead) {
  const testing::TempDir dir;
  const std::filesystem::path file = dir / "new" / "rpc.secret";
  const auto made = LoadSharedSecret(file.string());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->size(), 64U);
  EXPECT_EQ(Text(file), *made + "\n");
  struct stat info{};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  EXPECT_EQ(LoadSharedSecret(file.string()).value(), *made);
  // No temporary file is left.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}), 1);
}

TEST(SharedSecretFile, ProgramsThatStartTogetherGetTheSame) {
  const testing::TempDir dir;
  const std::string file = (dir / "rpc.secret").string();
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      const auto secret = LoadSharedSecret(file);
      std::ofstream(file + "-" + std::to_string(i)) << secret.value_or("failed");
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) waitpid(child, nullptr, 0);
  std::set<std::string> secrets;
  for (int i = 0; i < 8; ++i) secrets.insert(Text(file + "-" + std::to_string(i)));
  EXPECT_EQ(secrets, std::set<std::string>{LoadSharedSecret(file).value()});
}

TEST(SharedSecretFile, ReportsWhatIsWrongWithIt) {
  const testing::TempDir dir;
  const auto error = [](const std::string& path) {
    return std::string(LoadSharedSecret(path).status().message());
  };
  const std::string short_one = dir.Write("short", "hunter2\n").string();
  EXPECT_THAT(error(short_one), AllOf(HasSubstr(short_one), HasSubstr("at least 32 characters")));
  EXPECT_THAT(error(short_one), Not(HasSubstr("hunter2")));
  EXPECT_THAT(error(dir.path().string()), HasSubstr("is not a file"));
  const std::string pipe = (dir / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error(pipe), HasSubstr("is not a file"));
  EXPECT_THAT(error(short_one + "/rpc.secret"), HasSubstr("cannot be read"));
  EXPECT_THAT(error("/proc/rpc.secret"),
              AllOf(HasSubstr("cannot be created"), HasSubstr("openssl rand -hex 32")));
  EXPECT_EQ(LoadSharedSecret("").value(), "");
}

TEST(CheckListenTest, APublicAddressNeedsMutualTlsOrASecret) {
  MutualTlsSettings mtls;
  RpcSettings rpc;
  for (const char* listen : {"127.0.0.1:4030", "127.8.9.10:0", "[::1]:4030", "localhost:4030",
                             "[::ffff:127.0.0.1]:4030"}) {
    EXPECT_TRUE(CheckListen(listen, mtls, rpc).ok()) << listen;
  }
  for (const char* listen : {"0.0.0.0:4030", "[::]:4030", "192.168.1.2:4030", "marquee.lan:4030",
                             "[::ffff:10.0.0.1]:4030", "localhost.example:0"}) {
    const absl::Status status = CheckListen(listen, mtls, rpc);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << listen;
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(listen), HasSubstr("rpc.shared_secret_file"),
                      HasSubstr("mtls.certificate"), HasSubstr("127.0.0.1")));
  }
  rpc.set_shared_secret_file("rpc.secret");
  EXPECT_TRUE(CheckListen("0.0.0.0:4030", mtls, rpc).ok());
  rpc.clear_shared_secret_file();
  mtls.set_certificate("devices.crt");
  EXPECT_TRUE(CheckListen("0.0.0.0:4030", mtls, rpc).ok());
}

}  // namespace
}  // namespace marquee::rpc
