#include <gtest/gtest.h>

#include "libs/rpc/error_info.h"
#include "libs/rpc/status.h"
#include "services/devices/service/devices_fixture.h"

namespace marquee::devices {
namespace {

class ServicesTest : public DevicesFixture {
 protected:
  grpc::Status Heartbeat(const std::string& device_id, const std::string& secret,
                         pb::SendHeartbeatResponse* response) {
    pb::SendHeartbeatRequest request;
    request.mutable_credentials()->set_device_id(device_id);
    request.mutable_credentials()->set_secret(secret);
    request.mutable_heartbeat()->mutable_client_info()->set_mode("wallart");
    (*request.mutable_heartbeat()->mutable_state()->mutable_fields())["title"].set_string_value(
        "Alien");
    grpc::ClientContext context;
    response->Clear();
    return devices_->SendHeartbeat(&context, request, response);
  }

  pb::CheckDeviceResponse::Outcome Check(const std::string& device_id, const std::string& secret) {
    pb::CheckDeviceRequest request;
    request.mutable_credentials()->set_device_id(device_id);
    request.mutable_credentials()->set_secret(secret);
    pb::CheckDeviceResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(devices_->CheckDevice(&context, request, &response).ok());
    return response.outcome();
  }
};

TEST_F(ServicesTest, RegistersChecksAndAuthenticates) {
  const auto registered = Register("i1");
  EXPECT_TRUE(registered.created());
  EXPECT_EQ(registered.secret().size(), 64U);
  EXPECT_EQ(registered.device().name(), "Device 2026-01-01");

  EXPECT_EQ(Check(registered.device().id(), registered.secret()),
            pb::CheckDeviceResponse::OUTCOME_VALID);
  EXPECT_EQ(Check(registered.device().id(), ""), pb::CheckDeviceResponse::OUTCOME_SECRET_REQUIRED);
  EXPECT_EQ(Check(registered.device().id(), "wrong"),
            pb::CheckDeviceResponse::OUTCOME_INVALID_SECRET);
  EXPECT_EQ(Check("unknown", ""), pb::CheckDeviceResponse::OUTCOME_NOT_FOUND);

  pb::AuthenticateDeviceRequest request;
  request.mutable_credentials()->set_device_id(registered.device().id());
  request.mutable_credentials()->set_secret(registered.secret());
  pb::AuthenticateDeviceResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(devices_->AuthenticateDevice(&context, request, &response).ok());
  EXPECT_EQ(response.device().id(), registered.device().id());
}

TEST_F(ServicesTest, ReturnsTheReasonOfARejectedHeartbeat) {
  const auto registered = Register("i1");
  pb::SendHeartbeatResponse ignored;
  const auto reason = [&](const std::string& id, const std::string& secret) {
    return rpc::ReasonOf(rpc::FromGrpc(Heartbeat(id, secret, &ignored)));
  };

  EXPECT_EQ(reason("", ""), "MISSING_CREDENTIALS");
  EXPECT_EQ(reason("unknown", registered.secret()), "UNKNOWN_DEVICE");
  EXPECT_EQ(reason(registered.device().id(), "wrong"), "INVALID_SECRET");
}

TEST_F(ServicesTest, AHeartbeatDeliversACommandOnce) {
  const auto registered = Register("i1");
  pb::SendCommandRequest request;
  request.set_device_id(registered.device().id());
  request.set_type("mode.navigate");
  (*request.mutable_payload()->mutable_fields())["mode"].set_string_value("cinema");
  pb::SendCommandResponse sent;
  grpc::ClientContext context;
  ASSERT_TRUE(command_stub_->SendCommand(&context, request, &sent).ok());
  EXPECT_FALSE(sent.live());
  EXPECT_EQ(sent.command().state(), pb::COMMAND_STATE_QUEUED);

  pb::SendHeartbeatResponse first;
  ASSERT_TRUE(Heartbeat(registered.device().id(), registered.secret(), &first).ok());
  pb::SendHeartbeatResponse second;
  ASSERT_TRUE(Heartbeat(registered.device().id(), registered.secret(), &second).ok());

  ASSERT_EQ(first.commands_size(), 1);
  EXPECT_EQ(first.commands(0).id(), sent.command().id());
  EXPECT_EQ(first.commands(0).payload().fields().at("mode").string_value(), "cinema");
  EXPECT_EQ(second.commands_size(), 0);
}

TEST_F(ServicesTest, ListsDevicesWithTheirReportedState) {
  const auto registered = Register("i1");
  Register("i2");
  pb::SendHeartbeatResponse ignored;
  ASSERT_TRUE(Heartbeat(registered.device().id(), registered.secret(), &ignored).ok());

  pb::ListDevicesRequest list;
  list.set_page_size(1);
  pb::ListDevicesResponse page;
  grpc::ClientContext list_context;
  ASSERT_TRUE(devices_->ListDevices(&list_context, list, &page).ok());
  EXPECT_EQ(page.devices_size(), 1);
  EXPECT_FALSE(page.next_page_token().empty());

  pb::GetDeviceRequest get;
  get.set_device_id(registered.device().id());
  pb::GetDeviceResponse got;
  grpc::ClientContext get_context;
  ASSERT_TRUE(devices_->GetDevice(&get_context, get, &got).ok());
  EXPECT_EQ(got.device().presence(), pb::PRESENCE_ONLINE);
  EXPECT_EQ(got.device().client_info().mode(), "wallart");
  EXPECT_EQ(got.device().current_state().fields().at("title").string_value(), "Alien");
}

TEST_F(ServicesTest, DeletesOnlyTheExpectedRevision) {
  const auto registered = Register("i1");
  pb::DeleteDeviceRequest request;
  request.set_device_id(registered.device().id());
  request.set_etag("12345");
  pb::DeleteDeviceResponse response;
  grpc::ClientContext refused;
  EXPECT_EQ(devices_->DeleteDevice(&refused, request, &response).error_code(),
            grpc::StatusCode::ABORTED);

  request.set_etag(registered.device().etag());
  grpc::ClientContext deleted;
  EXPECT_TRUE(devices_->DeleteDevice(&deleted, request, &response).ok());
  EXPECT_EQ(Check(registered.device().id(), ""), pb::CheckDeviceResponse::OUTCOME_NOT_FOUND);
}

TEST_F(ServicesTest, UpdatesOnlyMaskedFieldsOfTheExpectedRevision) {
  const auto registered = Register("i1");
  pb::UpdateDeviceRequest request;
  request.mutable_device()->set_id(registered.device().id());
  request.mutable_device()->set_etag(registered.device().etag());
  request.mutable_device()->set_name("Foyer");
  request.mutable_device()->set_location("ignored");
  request.mutable_update_mask()->add_paths("name");
  pb::UpdateDeviceResponse first;
  grpc::ClientContext first_context;
  ASSERT_TRUE(devices_->UpdateDevice(&first_context, request, &first).ok());
  EXPECT_EQ(first.device().name(), "Foyer");
  EXPECT_EQ(first.device().location(), "");

  pb::UpdateDeviceResponse second;
  grpc::ClientContext second_context;
  const grpc::Status stale = devices_->UpdateDevice(&second_context, request, &second);
  EXPECT_EQ(stale.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(rpc::MetadataOf(rpc::FromGrpc(stale), "version"), first.device().etag());

  request.mutable_update_mask()->add_paths("secret_hash");
  grpc::ClientContext third_context;
  EXPECT_EQ(devices_->UpdateDevice(&third_context, request, &second).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ServicesTest, ClaimsADeviceByItsPairingCode) {
  const auto registered = Register("i1");
  pb::CreatePairingCodeRequest ask;
  ask.set_device_id(registered.device().id());
  ask.set_require_token(true);
  pb::CreatePairingCodeResponse code;
  grpc::ClientContext ask_context;
  ASSERT_TRUE(devices_->CreatePairingCode(&ask_context, ask, &code).ok());
  EXPECT_EQ(code.pairing_code().code().size(), 6U);
  EXPECT_EQ(code.token().size(), 32U);

  pb::ClaimPairingCodeRequest claim;
  claim.set_code(code.pairing_code().code());
  pb::ClaimPairingCodeResponse claimed;
  grpc::ClientContext without_token;
  EXPECT_EQ(devices_->ClaimPairingCode(&without_token, claim, &claimed).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  claim.set_token(code.token());
  grpc::ClientContext with_token;
  ASSERT_TRUE(devices_->ClaimPairingCode(&with_token, claim, &claimed).ok());

  EXPECT_EQ(claimed.device().id(), registered.device().id());
  EXPECT_TRUE(claimed.device().has_last_paired_at());
  EXPECT_EQ(Check(registered.device().id(), claimed.secret()),
            pb::CheckDeviceResponse::OUTCOME_VALID);
}

TEST_F(ServicesTest, MergesDevicesAndDeletesTheSources) {
  const auto target = Register("i1");
  pb::SendHeartbeatResponse beat;
  ASSERT_TRUE(Heartbeat(target.device().id(), target.secret(), &beat).ok());
  const auto source = Register("i2");
  pb::MergeDevicesRequest request;
  request.set_target_id(target.device().id());
  request.add_source_ids(source.device().id());
  request.add_source_ids("missing");
  pb::MergeDevicesResponse response;
  grpc::ClientContext context;

  ASSERT_TRUE(devices_->MergeDevices(&context, request, &response).ok());

  EXPECT_EQ(response.merged(), 1);
  EXPECT_EQ(Check(source.device().id(), source.secret()),
            pb::CheckDeviceResponse::OUTCOME_NOT_FOUND);
  EXPECT_EQ(Check(target.device().id(), target.secret()), pb::CheckDeviceResponse::OUTCOME_VALID);
}

TEST_F(ServicesTest, ReportsTheFieldsOfAnInvalidDocument) {
  pb::UpdateDocumentRequest update;
  update.set_document_id("display");
  (*update.mutable_body()->mutable_fields())["clockWidget"].set_string_value("yes");
  pb::UpdateDocumentResponse response;
  grpc::ClientContext context;

  const grpc::Status status = settings_stub_->UpdateDocument(&context, update, &response);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  ASSERT_EQ(rpc::ViolationsOf(rpc::FromGrpc(status)).size(), 1U);
  EXPECT_EQ(rpc::ViolationsOf(rpc::FromGrpc(status))[0].field, "clockWidget");
}

TEST_F(ServicesTest, RejectsAWrongLoginAndAnUnknownToken) {
  pb::VerifyLoginRequest login;
  login.set_username("unknown");
  login.set_password("something");
  pb::VerifyLoginResponse logged_in;
  grpc::ClientContext login_context;
  const grpc::Status refused = account_stub_->VerifyLogin(&login_context, login, &logged_in);
  pb::VerifyTokenRequest token;
  token.set_value("x");
  pb::VerifyTokenResponse verified;
  grpc::ClientContext token_context;

  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(rpc::ReasonOf(rpc::FromGrpc(refused)), "INVALID_LOGIN");
  EXPECT_EQ(account_stub_->VerifyToken(&token_context, token, &verified).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(ServicesTest, ListsGroupsInPages) {
  for (const char* id : {"a", "b", "c"}) {
    pb::CreateGroupRequest create;
    create.mutable_group()->set_id(id);
    pb::CreateGroupResponse created;
    grpc::ClientContext context;
    ASSERT_TRUE(group_stub_->CreateGroup(&context, create, &created).ok());
  }
  pb::ListGroupsRequest list;
  list.set_page_size(2);
  pb::ListGroupsResponse first;
  grpc::ClientContext first_context;
  ASSERT_TRUE(group_stub_->ListGroups(&first_context, list, &first).ok());
  list.set_page_token(first.next_page_token());
  pb::ListGroupsResponse second;
  grpc::ClientContext second_context;
  ASSERT_TRUE(group_stub_->ListGroups(&second_context, list, &second).ok());

  EXPECT_EQ(first.groups_size(), 2);
  ASSERT_EQ(second.groups_size(), 1);
  EXPECT_EQ(second.groups(0).id(), "c");
  EXPECT_TRUE(second.next_page_token().empty());
}

TEST_F(ServicesTest, ListsAndCancelsCommands) {
  const auto registered = Register("i1");
  pb::SendCommandRequest request;
  request.set_device_id(registered.device().id());
  request.set_type("settings.apply");
  for (int i = 0; i < 3; ++i) {
    pb::SendCommandResponse sent;
    grpc::ClientContext context;
    ASSERT_TRUE(command_stub_->SendCommand(&context, request, &sent).ok());
  }

  pb::ListCommandsRequest list;
  list.set_device_id(registered.device().id());
  list.set_page_size(2);
  pb::ListCommandsResponse first;
  grpc::ClientContext first_context;
  ASSERT_TRUE(command_stub_->ListCommands(&first_context, list, &first).ok());
  list.set_page_token(first.next_page_token());
  pb::ListCommandsResponse second;
  grpc::ClientContext second_context;
  ASSERT_TRUE(command_stub_->ListCommands(&second_context, list, &second).ok());
  EXPECT_EQ(first.commands_size(), 2);
  ASSERT_EQ(second.commands_size(), 1);
  EXPECT_TRUE(second.next_page_token().empty());

  pb::CancelCommandRequest cancel;
  cancel.set_command_id(second.commands(0).id());
  pb::CancelCommandResponse cancelled;
  grpc::ClientContext cancel_context;
  ASSERT_TRUE(command_stub_->CancelCommand(&cancel_context, cancel, &cancelled).ok());
  EXPECT_EQ(cancelled.command().state(), pb::COMMAND_STATE_CANCELLED);
}

}  // namespace
}  // namespace marquee::devices
