import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Backend } from "../../ipc/backend";
import { BackendProvider } from "../../stores/context";
import { useOlder } from "./useOlder";

it("asks again for what a server's answer has taken away", async () => {
  let asked = 0;
  const loadOlder = async () => {
    asked += 1;
    return true;
  };
  const { result, rerender } = renderHook(({ complete }) => useOlder("!a:b", complete, true), {
    initialProps: { complete: true },
    wrapper: ({ children }) => (
      <BackendProvider backend={{ loadOlder } as unknown as Backend}>{children}</BackendProvider>
    ),
  });
  await act(async () => result.current.load());
  expect(asked).toBe(0);
  rerender({ complete: false });
  await act(async () => result.current.load());
  expect(asked).toBe(1);
  await act(async () => result.current.load());
  expect(asked).toBe(1);
});
