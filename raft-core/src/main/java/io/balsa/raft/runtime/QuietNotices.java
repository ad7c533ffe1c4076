package io.balsa.raft.runtime;

import io.balsa.raft.core.Notice;

/** Hears only of what its subclass wants to hear. */
abstract class QuietNotices implements Notice.Handler {

    @Override
    public void onAppended(Notice.Appended notice) {}

    @Override
    public void onProposalsRefused(Notice.ProposalsRefused notice) {}

    @Override
    public void onReadReady(Notice.ReadReady notice) {}

    @Override
    public void onReadFailed(Notice.ReadFailed notice) {}

    @Override
    public void onLeaseReady(Notice.LeaseReady notice) {}

    @Override
    public void onRoleChanged(Notice.RoleChanged notice) {}

    @Override
    public void onMembershipChanged(Notice.MembershipChanged notice) {}

    @Override
    public void onChangeDone(Notice.ChangeDone notice) {}

    @Override
    public void onChangeRefused(Notice.ChangeRefused notice) {}

    @Override
    public void onChangeUnknown(Notice.ChangeUnknown notice) {}

    @Override
    public void onTransferDone(Notice.TransferDone notice) {}

    @Override
    public void onPeerSilence(Notice.PeerSilence notice) {}

    @Override
    public void onStoreLost(Notice.StoreLost notice) {}
}
