package io.balsa.raft.testkit;

import java.util.random.RandomGenerator;

/**
 * A stream of chance: SplitMix64. Written out here, because the bounded draws of the JDK's generators are not promised to
 * be the same in every version, and a seed must mean the same run on every one.
 */
public final class Draws implements RandomGenerator {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** The stream of this seed. */
    public Draws(long seed) {
        this.state = seed;
    }

    /**
     * A stream that depends on the seed and on its name only: another stream more, or a draw more from one, shifts none of
     * the others.
     */
    public static Draws stream(long seed, String name) {
        long mixed = mix(seed + GOLDEN_GAMMA);
        for (int i = 0; i < name.length(); i++) {
            mixed = mix(mixed ^ name.charAt(i)) + GOLDEN_GAMMA;
        }
        return new Draws(mixed);
    }

    /** As {@link #stream}, for something that is named by numbers. */
    public static Draws of(long seed, long kind, long what, long number) {
        long mixed = mix(seed + GOLDEN_GAMMA);
        mixed = mix(mixed ^ kind) + GOLDEN_GAMMA;
        mixed = mix(mixed ^ what) + GOLDEN_GAMMA;
        return new Draws(mix(mixed ^ number) + GOLDEN_GAMMA);
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** From 0 to {@code bound - 1}. The tiny bias does no harm here. */
    @Override
    public long nextLong(long bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound " + bound);
        }
        return (nextLong() >>> 1) % bound;
    }

    @Override
    public int nextInt(int bound) {
        return (int) nextLong(bound);
    }

    @Override
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    @Override
    public boolean nextBoolean() {
        return nextLong() < 0;
    }

    /** True with this probability. */
    public boolean chance(double probability) {
        return probability > 0 && nextDouble() < probability;
    }

    /** From {@code least} to {@code most}, small values as likely as large ones on a logarithmic scale. */
    public long logUniform(long least, long most) {
        double low = StrictMath.log((double) least);
        double high = StrictMath.log((double) most);
        long drawn = Math.round(StrictMath.exp(low + nextDouble() * (high - low)));
        return Math.min(most, Math.max(least, drawn));
    }

    /** From {@code least} to {@code most}, both included. */
    public long between(long least, long most) {
        return least + nextLong(most - least + 1);
    }
}
