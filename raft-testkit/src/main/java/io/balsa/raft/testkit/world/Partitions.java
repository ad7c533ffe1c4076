package io.balsa.raft.testkit.world;

import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Strike;
import java.util.List;

/** Cuts links between servers, in the shapes that are known to be hard, and mends them again. */
final class Partitions {

    private static final int FLAPS = 6;

    private final World world;
    private final SimulatedNetwork network;
    private final List<SimulatedServer> servers;

    Partitions(World world, SimulatedNetwork network, List<SimulatedServer> servers) {
        this.world = world;
        this.network = network;
        this.servers = servers;
    }

    Cut begin(Strike strike, SimulatedServer victim, Draws chance) {
        Cut cut = cutOf(strike, victim.number(), chance);
        if (strike.fault() == Fault.FLAPPING) {
            for (int i = 0; i < FLAPS; i++) {
                world.in(i * strike.lastsNanos() / FLAPS, () -> hold(cut, strike.lastsNanos() / FLAPS / 2));
            }
        } else {
            hold(cut, strike.lastsNanos());
        }
        return cut;
    }

    /** Cuts off a server for so long. */
    void isolate(SimulatedServer victim, long nanos) {
        Cut cut = cutOff(victim);
        world.in(nanos, () -> network.mend(cut));
    }

    /** For so long, a server hears and is heard by one other only. */
    void leaveTo(SimulatedServer last, SimulatedServer victim, long nanos) {
        Cut cut = new Cut(Fault.ISOLATION, victim);
        for (SimulatedServer other : servers) {
            if (!other.equals(victim) && !other.equals(last)) {
                cut.add(SimulatedNetwork.link(victim.number(), other.number()));
                cut.add(SimulatedNetwork.link(other.number(), victim.number()));
            }
        }
        hold(cut, nanos);
    }

    /** Mends what was cut. */
    void mend(Cut cut) {
        network.mend(cut);
    }

    /** Cuts off a server until that is mended. */
    Cut cutOff(SimulatedServer victim) {
        Cut cut = new Cut(Fault.ISOLATION, victim);
        for (SimulatedServer other : servers) {
            if (!other.equals(victim)) {
                cut.add(SimulatedNetwork.link(victim.number(), other.number()));
                cut.add(SimulatedNetwork.link(other.number(), victim.number()));
            }
        }
        network.cut(cut);
        return cut;
    }

    /** Not in peace: who flaps would go on. */
    private void hold(Cut cut, long nanos) {
        if (network.isFair()) {
            return;
        }
        network.cut(cut);
        world.in(nanos, () -> network.mend(cut));
    }

    private Cut cutOf(Strike strike, int victim, Draws chance) {
        Cut cut = new Cut(strike.fault(), servers.get(victim - 1));
        int size = servers.size();
        int[] places = shuffled(size, victim, chance);
        int smaller = 1 + chance.nextInt(Math.max(1, size / 2));
        for (int i = 1; i <= size; i++) {
            for (int j = 1; j <= size; j++) {
                boolean cuts = switch (strike.fault()) {
                    case SPLIT -> places[i] < smaller != places[j] < smaller;
                    case DEAFNESS -> j == victim;
                    case MUTENESS -> i == victim;
                    case BRIDGE ->
                        places[i] != 0
                                && places[j] != 0
                                && places[i] <= size / 2 != places[j] <= size / 2; // the victim is in place 0
                    case RING -> Math.abs(places[i] - places[j]) > 1 && Math.abs(places[i] - places[j]) < size - 1;
                    case HOLES -> chance.chance(0.3);
                    default -> i == victim || j == victim;
                };
                if (cuts && i != j) {
                    cut.add(SimulatedNetwork.link(i, j));
                }
            }
        }
        return cut;
    }

    /** A place for every server, from 0 on, drawn; the victim's is 0. */
    private static int[] shuffled(int size, int victim, Draws chance) {
        int[] places = new int[size + 1];
        for (int i = 1; i <= size; i++) {
            places[i] = i - 1;
        }
        for (int i = size; i > 1; i--) {
            swap(places, i, 1 + chance.nextInt(i));
        }
        for (int i = 1; i <= size; i++) {
            if (places[i] == 0) {
                swap(places, i, victim);
                break;
            }
        }
        return places;
    }

    private static void swap(int[] places, int i, int j) {
        int kept = places[i];
        places[i] = places[j];
        places[j] = kept;
    }
}
