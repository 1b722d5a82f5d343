import { afterEach, describe, expect, it, vi } from "vitest";
import { createFake } from "../ipc/fake";
import { known, openFirst } from "./first";

afterEach(() => void vi.useRealTimers());

describe("what decides which screen there is", () => {
  it("is there before anything is drawn", async () => {
    const stores = openFirst(createFake());
    await known(stores);
    expect(stores.account.getSnapshot()).not.toBeNull();
    expect(stores.settings.getSnapshot()).not.toBeNull();
  });

  it("is not waited for when it does not come", async () => {
    vi.useFakeTimers();
    const silent = { ...createFake(), watchAccount: () => () => undefined };
    let drawn = false;
    void known(openFirst(silent)).then(() => {
      drawn = true;
    });
    await vi.advanceTimersByTimeAsync(300);
    expect(drawn).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(drawn).toBe(true);
  });
});
