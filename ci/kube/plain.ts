import type * as client from '@kubernetes/client-node';

/** An object of the API as it is in JSON: the client declares classes, which what is read from a manifest is not. */
type Plain<T> = T extends Date
  ? T
  : T extends (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Field in keyof T]: Plain<T[Field]> }
      : T;

export type V1Affinity = Plain<client.V1Affinity>;
export type V1Container = Plain<client.V1Container>;
export type V1ContainerStatus = Plain<client.V1ContainerStatus>;
export type V1Pod = Plain<client.V1Pod>;
export type V1PodSpec = Plain<client.V1PodSpec>;
export type V1Volume = Plain<client.V1Volume>;
export type V1VolumeMount = Plain<client.V1VolumeMount>;
