package io.balsa.raft.testkit.world;

import io.balsa.raft.MembershipAdmin;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import java.util.concurrent.CompletableFuture;

/** Asks for a change of one step by the method that is made for it. */
final class DirectCalls {

    private DirectCalls() {}

    /**
     * Asks.
     *
     * @param before the membership that the step was thought of in
     */
    static CompletableFuture<Membership> ask(MembershipAdmin admin, MembershipChange.Step step, Membership before) {
        if (step instanceof MembershipChange.Add add) {
            long id = add.member().id().value();
            return add.asVoter()
                    ? admin.addVoter(id, add.member().address())
                    : admin.addLearner(id, add.member().address());
        } else if (step instanceof MembershipChange.Promote promote) {
            return admin.promote(promote.id().value());
        } else if (step instanceof MembershipChange.Demote demote) {
            return admin.demote(demote.id().value());
        } else if (step instanceof MembershipChange.Remove remove) {
            return admin.remove(remove.id().value());
        } else if (step instanceof MembershipChange.Alter alter) {
            Member member = alter.member();
            boolean stays = before.member(member.id())
                    .map(Member::address)
                    .filter(member.address()::equals)
                    .isPresent();
            return stays
                    ? admin.setPriority(member.id().value(), member.priority())
                    : admin.changeAddress(member.id().value(), member.address());
        }
        throw new IllegalStateException(step + " is not known");
    }
}
