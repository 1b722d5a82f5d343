import { afterEach, describe, expect, it, vi } from "vitest";
import { createFake } from "../ipc/fake";
import { known, openFirst } from "./first";

afterEach(() => void vi.useRealTimers());

describe("what decides which screen there is", () => {
  it("is waited for", async () => {
    const stores = openFirst(createFake());
    await known(stores);
    expect(stores.account.getSnapshot()).not.toBeNull();
    expect(stores.settings.getSnapshot()).not.toBeNull();
    expect(stores.policy.getSnapshot()).not.toBeNull();
    expect(stores.brand.getSnapshot()).not.toBeNull();
  });

  it("is waited for until the profile has opened", async () => {
    const backend = createFake({ account: "opening" });
    const stores = openFirst(backend);
    let drawn = false;
    const knowing = known(stores).then(() => {
      drawn = true;
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect(stores.account.getSnapshot()).toEqual({ kind: "opening" });
    expect(drawn).toBe(false);
    backend.account.set({ kind: "signedOut" });
    await knowing;
    expect(stores.account.getSnapshot()).toEqual({ kind: "signedOut" });
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
