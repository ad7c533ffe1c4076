package io.balsa.raft.testkit.world;

import io.balsa.raft.RaftStatus;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.plan.Act;
import io.balsa.raft.testkit.plan.Errand;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Draws what an operator asks for on an errand, as far as the cluster can get on with it. */
final class Requests {

    private static final int MOST_STEPS = 4;

    private final List<SimulatedServer> servers;
    private final Caretaker caretaker;
    private final IllegalRequests illegal;

    Requests(List<SimulatedServer> servers, Caretaker caretaker, int maxCommandBytes) {
        this.servers = servers;
        this.caretaker = caretaker;
        illegal = new IllegalRequests(servers, maxCommandBytes);
    }

    /** What is asked, one after the other; nothing if there is nothing that could be asked for. */
    List<Request> draw(Errand errand, RaftStatus status, Draws chance) {
        Act act = errand.act();
        if (act == Act.ILLEGAL) {
            List<Request> requests = new ArrayList<>(illegal.draw(errand, status, chance));
            if (chance.chance(0.3)) { // two at once: the second has to wait its turn
                change(Act.SEVERAL, errand, status, chance).ifPresent(requests::add);
                change(Act.PRIORITIZE, errand, status, chance).ifPresent(requests::add);
            }
            return requests;
        }
        return switch (act) {
            case TRANSFER -> List.of(transfer(status, chance));
            case SNAPSHOT -> snapshots(chance);
            case EXPORT ->
                List.of(Request.plain(
                        "export its snapshot", node -> node.snapshots().export(new ByteArrayOutputStream())));
            case SWITCH_PRE_VOTE -> {
                boolean on = chance.nextBoolean();
                switchPreVote(on, chance);
                yield List.of();
            }
            default -> change(act, errand, status, chance).map(List::of).orElse(List.of());
        };
    }

    private static List<Request> snapshots(Draws chance) {
        Request one = Request.plain("take a snapshot", node -> node.snapshots().trigger());
        return chance.chance(0.2) ? List.of(one, one) : List.of(one);
    }

    private void switchPreVote(boolean on, Draws chance) {
        boolean all = chance.nextBoolean();
        for (SimulatedServer server : servers) {
            if (all || chance.nextBoolean()) {
                server.node().ifPresent(node -> node.preVote(on));
            }
        }
    }

    private static Request transfer(RaftStatus status, Draws chance) {
        Membership membership = status.membership();
        List<NodeId> voters = new ArrayList<>(membership.voters());
        voters.remove(status.identity().node());
        if (voters.isEmpty() || chance.chance(0.3)) {
            return Request.plain("hand over to anybody", node -> node.transferLeadership());
        }
        long id = voters.get(chance.nextInt(voters.size())).value();
        return Request.plain("hand over to " + id, node -> node.transferLeadership(id));
    }

    // --- changes of the membership ---

    private Optional<Request> change(Act act, Errand errand, RaftStatus status, Draws chance) {
        Wish wish = new Wish(status.membership());
        List<String> words = new ArrayList<>();
        int steps = act == Act.SEVERAL ? 2 + chance.nextInt(MOST_STEPS - 1) : 1;
        for (int i = 0; i < steps; i++) {
            Act step = act == Act.SEVERAL ? oneOfSeveral(chance) : act;
            step(
                    step,
                    wish,
                    new Step(errand.number() * 10 + i, status.identity().node(), words),
                    chance);
        }
        Optional<Membership> target = wish.target();
        if (words.isEmpty() || target.isEmpty() || !canGetOnWith(target.get())) {
            return Optional.empty();
        }
        SortedSet<NodeId> going = new TreeSet<>(status.membership().members().keySet());
        going.removeAll(target.get().members().keySet());
        boolean checked = chance.nextBoolean() || act == Act.SEVERAL;
        long index = status.membershipIndex();
        boolean direct = !checked && wish.change().steps().size() == 1;
        return Optional.of(new Request(
                String.join(" and ", words) + (checked ? ", if the membership is still that of " + index : ""),
                node -> direct
                        ? DirectCalls.ask(
                                node.membership(), wish.change().steps().get(0), status.membership())
                        : node.membership().change(checked ? wish.change().onlyIfAt(index) : wish.change()),
                target,
                checked,
                tag(wish),
                EnumSet.noneOf(ChangeRefusal.class),
                true,
                going,
                chance.chance(0.4)));
    }

    /** An address that nobody has used before. */
    private static Optional<String> tag(Wish wish) {
        for (MembershipChange.Step step : wish.change().steps()) {
            if (step instanceof MembershipChange.Add add) {
                return Optional.of(add.member().address());
            }
        }
        return Optional.empty();
    }

    private boolean canGetOnWith(Membership target) {
        return caretaker.soundness().canBecome(target);
    }

    private static Act oneOfSeveral(Draws chance) {
        List<Act> acts = List.of(
                Act.ADD_LEARNER,
                Act.ADD_VOTER,
                Act.PROMOTE,
                Act.DEMOTE,
                Act.REMOVE,
                Act.REPLACE,
                Act.MOVE,
                Act.PRIORITIZE);
        return acts.get(chance.nextInt(acts.size()));
    }

    /** What every step needs to know. */
    private record Step(int place, NodeId asked, List<String> words) {}

    private void step(Act act, Wish wish, Step step, Draws chance) {
        switch (act) {
            case ADD_LEARNER, ADD_VOTER -> add(wish, step, act == Act.ADD_VOTER, chance);
            case PROMOTE ->
                pick(wish.learners(), Optional.empty(), chance).ifPresent(id -> {
                    wish.promote(id);
                    step.words.add("promote " + id);
                });
            case DEMOTE ->
                pick(wish.voters(), Optional.of(step.asked), chance).ifPresent(id -> {
                    wish.demote(id);
                    step.words.add("demote " + id);
                });
            case REMOVE -> remove(wish, step, chance);
            case REPLACE -> {
                if (add(wish, step, true, chance)) {
                    remove(wish, step, chance);
                }
            }
            case MOVE ->
                pick(wish.members().keySet(), Optional.empty(), chance).ifPresent(id -> {
                    String address = SimulatedNetwork.address((int) id.value(), step.place);
                    wish.alter(wish.member(id).withAddress(address));
                    step.words.add("move " + id + " to " + address);
                });
            case PRIORITIZE ->
                pick(wish.members().keySet(), Optional.empty(), chance).ifPresent(id -> {
                    int priority = chance.nextInt(3);
                    wish.alter(wish.member(id).withPriority(priority));
                    step.words.add("give " + id + " priority " + priority);
                });
            default -> throw new IllegalStateException(act + " is no step of a change");
        }
    }

    private boolean add(Wish wish, Step step, boolean voter, Draws chance) {
        List<SimulatedServer> others = new ArrayList<>(servers);
        others.removeIf(server -> wish.members().containsKey(server.id())
                || caretaker.soundness().isSpoilt(server)
                || server.id().equals(step.asked));
        if (others.isEmpty()) {
            return false;
        }
        SimulatedServer server = others.get(chance.nextInt(others.size()));
        String address = SimulatedNetwork.address(server.number(), step.place);
        wish.add(new Member(server.id(), address), voter);
        step.words.add("add " + server.id() + (voter ? " as a voter" : " as a learner"));
        return true;
    }

    private static void remove(Wish wish, Step step, Draws chance) {
        pick(wish.members().keySet(), Optional.of(step.asked), chance).ifPresent(id -> {
            wish.remove(id);
            step.words.add("remove " + id);
        });
    }

    /** Any of them; the one that is preferred more often, if it is one of them. */
    private static Optional<NodeId> pick(Collection<NodeId> among, Optional<NodeId> preferred, Draws chance) {
        List<NodeId> all = new ArrayList<>(among);
        if (preferred.isPresent() && chance.chance(0.3) && all.contains(preferred.get())) {
            return preferred;
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(chance.nextInt(all.size())));
    }
}
