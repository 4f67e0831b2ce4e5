// The Watch… streams of all services.
#include <gtest/gtest.h>

#include <thread>

#include "services/devices/service/devices_fixture.h"

namespace marquee::devices {
namespace {

class WatchTest : public DevicesFixture {
 protected:
  // A stream that the destructor cancels.
  template <class Message>
  class Stream {
   public:
    template <class Open>
    explicit Stream(const Open& open) : reader_(open(&context_)) {}
    ~Stream() {
      context_.TryCancel();
      Message ignored;
      while (reader_->Read(&ignored)) {
      }
      reader_->Finish();
    }
    Message Next() {
      Message message;
      EXPECT_TRUE(reader_->Read(&message));
      return message;
    }
    bool Ended() {
      Message message;
      return !reader_->Read(&message);
    }

   private:
    grpc::ClientContext context_;
    std::unique_ptr<grpc::ClientReader<Message>> reader_;
  };

  auto Devices(const std::string& token = "") {
    return Stream<pb::WatchDevicesResponse>([this, token](grpc::ClientContext* context) {
      pb::WatchDevicesRequest request;
      request.set_resume_token(token);
      return devices_->WatchDevices(context, request);
    });
  }

  void Delete(const std::string& id) {
    pb::DeleteDeviceRequest request;
    request.set_device_id(id);
    pb::DeleteDeviceResponse response;
    grpc::ClientContext context;
    ASSERT_TRUE(devices_->DeleteDevice(&context, request, &response).ok());
  }

  void Save(const std::string& document, const std::string& key, bool value) {
    pb::UpdateDocumentRequest update;
    update.set_document_id(document);
    (*update.mutable_body()->mutable_fields())[key].set_bool_value(value);
    pb::UpdateDocumentResponse response;
    grpc::ClientContext context;
    ASSERT_TRUE(settings_stub_->UpdateDocument(&context, update, &response).ok());
  }
};

TEST_F(WatchTest, WatchDevicesSendsAllDevicesThenEachChange) {
  const auto tv = Register("i1").device();
  Beat();
  auto stream = Devices();
  EXPECT_EQ(stream.Next().device().id(), tv.id());

  const auto second = Register("i2").device();
  Beat();
  EXPECT_EQ(stream.Next().device().id(), second.id());

  Delete(tv.id());
  Beat();
  EXPECT_EQ(stream.Next().deleted_id(), tv.id());
}

TEST_F(WatchTest, WatchDevicesSendsChangesOfPresence) {
  const auto tv = Register("i1").device();
  Beat();
  auto stream = Devices();
  stream.Next();

  presence_->SocketUp(tv.id(), {.stream = 1, .socket_id = 1});
  Beat();
  EXPECT_EQ(stream.Next().device().presence(), pb::PRESENCE_LIVE);

  presence_->SocketDown(tv.id(), {.stream = 1, .socket_id = 1});
  Beat();
  EXPECT_EQ(stream.Next().device().presence(), pb::PRESENCE_ONLINE);
  clock_.Advance(absl::Minutes(2));
  Beat();
  EXPECT_EQ(stream.Next().device().presence(), pb::PRESENCE_STALE);
}

TEST_F(WatchTest, WatchDevicesResumesAfterItsToken) {
  const auto first = Register("i1").device();
  Beat();
  std::string token;
  {
    auto stream = Devices();
    token = stream.Next().resume_token();
  }
  const auto missed = Register("i2").device();
  Beat();

  auto resumed = Devices(token);
  EXPECT_EQ(resumed.Next().device().id(), missed.id());
  auto anew = Devices("0000.7");
  EXPECT_EQ(anew.Next().device().id(), first.id());
}

TEST_F(WatchTest, WatchSettingsSendsDocumentsThenEachChange) {
  Stream<pb::WatchSettingsResponse> stream([this](grpc::ClientContext* context) {
    pb::WatchSettingsRequest request;
    request.add_document_ids("display");
    return settings_stub_->WatchSettings(context, request);
  });
  EXPECT_EQ(stream.Next().document().version(), 0);

  Save("presets", "other", true);
  Save("display", "clockWidget", false);

  const auto changed = stream.Next().document();
  EXPECT_EQ(changed.document_id(), "display");
  EXPECT_EQ(changed.version(), 1);
}

TEST_F(WatchTest, WatchSettingsIncludesSecretsOfSources) {
  pb::UpdateDocumentRequest update;
  update.set_document_id("sources");
  auto& source = *(*update.mutable_body()->mutable_fields())["sources"]
                      .mutable_list_value()
                      ->add_values()
                      ->mutable_struct_value()
                      ->mutable_fields();
  source["name"].set_string_value("Den");
  source["type"].set_string_value("plex");
  source["url"].set_string_value("http://den:32400");
  source["token"].set_string_value("s3cret");
  pb::UpdateDocumentResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(settings_stub_->UpdateDocument(&context, update, &response).ok());

  Stream<pb::WatchSettingsResponse> stream([this](grpc::ClientContext* stream_context) {
    pb::WatchSettingsRequest request;
    request.add_document_ids("sources");
    return settings_stub_->WatchSettings(stream_context, request);
  });

  EXPECT_NE(stream.Next().ShortDebugString().find("s3cret"), std::string::npos);
  EXPECT_EQ(response.ShortDebugString().find("s3cret"), std::string::npos);
}

TEST_F(WatchTest, WatchSessionEpochSendsAChangedEpoch) {
  ASSERT_TRUE(accounts_->SetUp("ann", "correct horse").ok());
  Stream<pb::WatchSessionEpochResponse> stream([this](grpc::ClientContext* context) {
    return account_stub_->WatchSessionEpoch(context, pb::WatchSessionEpochRequest());
  });
  const int64_t before = stream.Next().session_epoch();

  ASSERT_TRUE(accounts_->RevokeSessions("").ok());

  EXPECT_EQ(stream.Next().session_epoch(), before + 1);
}

TEST(MayWatch, AllowsThePlaylistServiceOnlyTheSources) {
  const std::vector<std::string> playlist{"playlist.wall", "marquee-playlist"};
  EXPECT_TRUE(MayWatch(playlist, {"sources"}));
  EXPECT_FALSE(MayWatch(playlist, {}));
  EXPECT_FALSE(MayWatch(playlist, {"display"}));
  EXPECT_FALSE(MayWatch(playlist, {"sources", "display"}));
  EXPECT_TRUE(MayWatch({"marquee-gateway"}, {}));
  EXPECT_TRUE(MayWatch({}, {"display"}));
}

TEST_F(WatchTest, WatchSessionEpochSendsAnEmptyMessageWithoutAccounts) {
  Stream<pb::WatchSessionEpochResponse> stream([this](grpc::ClientContext* context) {
    return account_stub_->WatchSessionEpoch(context, pb::WatchSessionEpochRequest());
  });
  EXPECT_EQ(stream.Next().account_id(), "");
}

TEST_F(WatchTest, SetupOverTheNetworkRequiresTheSetupCode) {
  const auto set_up = [this](const std::string& code, bool local) {
    pb::CompleteSetupRequest request;
    request.set_username("ann");
    request.set_password("correct horse");
    request.set_setup_code(code);
    request.set_local(local);
    pb::CompleteSetupResponse response;
    grpc::ClientContext context;
    return account_stub_->CompleteSetup(&context, request, &response).error_code();
  };
  EXPECT_EQ(set_up("", false), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(set_up("00000-00000", false), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(set_up(setup_code_.text(), false), grpc::StatusCode::OK);
}

TEST_F(WatchTest, WatchCommandJobEndsWhenTheJobIsDone) {
  const auto tv = Register("i1").device();
  pb::BatchSendCommandsRequest batch;
  batch.add_device_ids(tv.id());
  batch.add_device_ids("missing");
  batch.set_type("playback.next");
  pb::BatchSendCommandsResponse sent;
  grpc::ClientContext context;
  ASSERT_TRUE(command_stub_->BatchSendCommands(&context, batch, &sent).ok());
  EXPECT_EQ(sent.missing_ids(0), "missing");
  ASSERT_EQ(sent.results_size(), 1);
  Stream<pb::WatchCommandJobResponse> stream([&](grpc::ClientContext* stream_context) {
    pb::WatchCommandJobRequest request;
    request.set_job_id(sent.job_id());
    return command_stub_->WatchCommandJob(stream_context, request);
  });
  EXPECT_EQ(stream.Next().queued(), 1);

  pb::CancelCommandJobRequest cancel;
  cancel.set_job_id(sent.job_id());
  pb::CancelCommandJobResponse cancelled;
  grpc::ClientContext cancel_context;
  ASSERT_TRUE(command_stub_->CancelCommandJob(&cancel_context, cancel, &cancelled).ok());
  EXPECT_EQ(cancelled.cancelled(), 1);
  Beat();

  auto last = stream.Next();
  while (!last.done()) last = stream.Next();
  EXPECT_EQ(last.cancelled(), 1);
  EXPECT_TRUE(stream.Ended());
}

}  // namespace
}  // namespace marquee::devices
